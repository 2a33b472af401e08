package io.pvroute.copyupsert;

/** Writes a value as one field of a binary COPY: its length in bytes (4 bytes), then the bytes that the type's receive function reads. */
@FunctionalInterface
interface Encoder {

    /** @param value never null */
    void encode(Object value, CopyBuffer out) throws Misfit;
}
