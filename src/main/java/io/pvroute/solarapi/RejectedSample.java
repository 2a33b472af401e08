package io.pvroute.solarapi;

/**
 * A sample that was refused, in text that can be stored anywhere.
 *
 * @param device  the node's name
 * @param channel the channel's name
 * @param at      its instant in UTC, or where that could not be told its key as the logger gave it
 * @param value   its value as the logger gave it, cut where it is long
 * @param reason  why, as the end of a sentence that begins with the sample
 */
public record RejectedSample(String device, String channel, String at, String value, String reason) {

    private static final int LONGEST = 40;

    public RejectedSample {
        device = StorableText.of(device);
        channel = StorableText.of(channel);
        at = StorableText.of(cut(at));
        value = StorableText.of(cut(value));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    @Override
    public String toString() {
        return device + " " + channel + " at " + at + " (" + value + ") " + reason;
    }
}
