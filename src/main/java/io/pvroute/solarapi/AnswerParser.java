package io.pvroute.solarapi;

import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import java.io.InputStream;

/**
 * Jackson's parser with a short way through what an answer consists of but for a few lines: thousands of entries {@code "300": 1.5}.
 * Jackson keeps every key as a name in a table, which is what most of its time goes into; here a key is an {@code int} and a number a
 * {@code double} with nothing in between. All that is not as plain as that is left to Jackson and its rules.
 */
final class AnswerParser extends UTF8StreamJsonParser {

    private static final int MOST_KEY_DIGITS = 9;

    /** @param buffer from the context, with the first bytes of the text, to be given back to it */
    AnswerParser(IOContext context, int features, InputStream in, ObjectCodec codec, ByteQuadsCanonicalizer names, byte[] buffer,
            int filled) {
        super(context, features, in, codec, names, buffer, 0, filled, 0, true);
    }

    /**
     * With the parser at the end of a value in an object: takes the entries after it that are digits, a number and no more, as long as the
     * buffer holds them as a whole. The parser then finds the next one just as if there had been nothing in between.
     */
    void takeNumbers(ChannelBuilder channel) {
        boolean stands = !_tokenIncomplete;
        while (stands) {
            int end = numberTaken(channel, _inputBuffer, _inputPtr, _inputEnd);
            stands = end > 0;
            _inputPtr = stands ? end : _inputPtr;
        }
    }

    /** The place after the entry that begins at a place; 0 where it is none that is taken. */
    private static int numberTaken(ChannelBuilder channel, byte[] text, int begin, int end) {
        int at = pass(',', text, begin, end);
        at = pass('"', text, at, end);
        int key = 0;
        int firstOfKey = at;
        while (at < end && isDigit(text[at])) {
            key = 10 * key + (text[at++] - '0');
        }
        if (at == firstOfKey || at - firstOfKey > MOST_KEY_DIGITS || at >= end || text[at] != '"') {
            return 0;
        }
        at = skipBlanks(text, pass(':', text, at + 1, end), end);
        boolean negative = at < end && text[at] == '-';
        int firstOfNumber = negative ? ++at : at;
        long digits = 0;
        while (at < end && isDigit(text[at])) {
            digits = 10 * digits + (text[at++] - '0');
        }
        int whole = at - firstOfNumber;
        int places = 0;
        if (at < end && text[at] == '.') {
            int firstPlace = ++at;
            while (at < end && isDigit(text[at])) {
                digits = 10 * digits + (text[at++] - '0');
            }
            places = at - firstPlace;
            if (places == 0) {
                return 0;
            }
        }
        boolean noNumber = whole == 0 || whole > 1 && text[firstOfNumber] == '0';
        if (noNumber || whole + places > Decimal.MOST_DIGITS || at >= end || !endsNumber(text[at])) {
            return 0;
        }
        double value = Decimal.of(digits, places);
        // as in Jackson, -0 is 0, and -0.0 is not
        channel.number(key, negative && !(digits == 0 && places == 0) ? -value : value);
        return at;
    }

    /** The place after the character that is expected next, blanks before it apart; beyond the end where another one is there. */
    private static int pass(char expected, byte[] text, int begin, int end) {
        int at = skipBlanks(text, begin, end);
        return at < end && text[at] == expected ? at + 1 : Integer.MAX_VALUE;
    }

    private static int skipBlanks(byte[] text, int begin, int end) {
        int at = begin;
        while (at < end && isBlank(text[at])) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private static boolean endsNumber(byte c) {
        return c == ',' || c == '}' || isBlank(c);
    }
}
