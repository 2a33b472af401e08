package io.pvroute.runner;

/** Another pvroute uses the directory of the embedded database. */
final class DirectoryTakenException extends StartException {

    private static final long serialVersionUID = 1;

    DirectoryTakenException(String message) {
        super(message);
    }
}
