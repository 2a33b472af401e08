package io.pvroute.simulator;

/** Why the logger refuses a request: a status code and its reason. It still comes with HTTP 200. */
final class Refusal extends Exception {

    static final int NOT_IMPLEMENTED = 1;
    static final int ARGUMENT_ERROR = 6;
    static final int NOT_SUPPORTED = 11;
    static final int DEVICE_NOT_AVAILABLE = 12;
    static final int UNKNOWN = 255;

    private final int code;

    Refusal(int code, String reason) {
        super(reason);
        this.code = code;
    }

    int code() {
        return code;
    }
}
