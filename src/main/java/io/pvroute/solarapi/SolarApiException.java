package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;

/** An answer that cannot be used, and why. */
public final class SolarApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final boolean heals;

    /**
     * A failure that heals.
     *
     * @param fault  what has to rest
     * @param reason a sentence as {@link Failure#reason()} describes it
     */
    public SolarApiException(Fault fault, String reason) {
        this(new Failure(fault, reason));
    }

    public SolarApiException(Failure failure) {
        super(failure.reason());
        this.fault = failure.fault();
        this.heals = failure.heals();
    }

    public Failure failure() {
        return new Failure(fault, getMessage(), heals);
    }
}
