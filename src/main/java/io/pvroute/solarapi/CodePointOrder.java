package io.pvroute.solarapi;

import java.util.Comparator;

/**
 * The order of a text's code points, which is that of its bytes in UTF-8. {@link String#compareTo} has another one: it puts characters
 * beyond U+FFFF before U+E000.
 */
final class CodePointOrder implements Comparator<String> {

    @Override
    public int compare(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean oneIsBeyond = Character.isSurrogate(x) != Character.isSurrogate(y);
                return oneIsBeyond ? Boolean.compare(Character.isSurrogate(x), Character.isSurrogate(y)) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
