package io.pvroute.solarapi;

/** Reads keys and status codes, which have to be digits and nothing else. */
final class WholeNumber {

    private static final long LARGEST = 100_000_000_000_000_000L;

    private WholeNumber() {
    }

    /** An optional minus and digits, of whatever length: beyond 10^17 the number stays there. Null for anything else, and for null. */
    static Long of(String text) {
        int first = text != null && text.startsWith("-") ? 1 : 0;
        if (text == null || text.length() == first) {
            return null;
        }
        long number = 0;
        for (int i = first; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return null;
            }
            number = Math.min(10 * number + (digit - '0'), LARGEST);
        }
        return first == 0 ? number : -number;
    }
}
