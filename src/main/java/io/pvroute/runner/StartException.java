package io.pvroute.runner;

/**
 * Why the program cannot start. The message is for the person who started it: sentences without a secret, to be shown without a stack
 * trace.
 */
public class StartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
