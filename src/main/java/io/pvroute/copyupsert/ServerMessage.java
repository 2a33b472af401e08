package io.pvroute.copyupsert;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server said, as a sentence for a person, with the row and column where it tells them. */
final class ServerMessage {

    /** What follows the name of the table in "COPY stage, line 3, column ts", in the language of the server. */
    private static final String PLACE = ", \\S+ (\\d+)(?:, \\S+ (.+))?$";

    private ServerMessage() {
    }

    /** @param copying what a COPY was sending when one of its rows was refused; null if that is not what happened */
    static String of(SQLException failure, Batch batch, Session.Copying copying) {
        ServerErrorMessage message = failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
        if (message == null) {
            return sentence(failure.getMessage());
        }
        return place(message.getWhere(), batch, copying) + sentence(message.getMessage()) + further(message.getDetail())
                + further(message.getHint());
    }

    /** Values, names and what the server says may have line breaks; a log and the book of failures have a line for each. */
    static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }

    private static String further(String text) {
        return text == null ? "" : ' ' + sentence(text);
    }

    private static String place(String context, Batch batch, Session.Copying copying) {
        if (context == null || copying == null) {
            return "";
        }
        Matcher matcher = Pattern.compile("^COPY " + Pattern.quote(copying.table()) + PLACE, Pattern.MULTILINE).matcher(context);
        if (!matcher.find()) {
            return "";
        }
        int line = Integer.parseInt(matcher.group(1)) - 1;
        if (line >= copying.rows().size() || batch.size() == 1 && matcher.group(2) == null) {
            return ""; // after the last one; or the sentence names that row anyway
        }
        long row = batch.firstRow() + copying.rows().number(line);
        return "row " + row + (matcher.group(2) == null ? "" : ", column " + matcher.group(2)) + ": ";
    }

    private static String sentence(String text) {
        String stripped = oneLine(String.valueOf(text).strip());
        return stripped.endsWith(".") ? stripped : stripped + '.';
    }
}
