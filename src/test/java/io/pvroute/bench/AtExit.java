package io.pvroute.bench;

/** What is done when this program ends, Ctrl-C included, unless it was done before. */
final class AtExit {

    private final Thread hook;

    AtExit(Runnable action) {
        hook = new Thread(action, "at exit");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** It has been done. */
    void cancel() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the program ends already, and it is being done
        }
    }

    /** Whether the program is ending: what fails from then on fails because of that. */
    static boolean isNow() {
        try {
            new AtExit(() -> { }).cancel();
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
