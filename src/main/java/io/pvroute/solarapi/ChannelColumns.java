package io.pvroute.solarapi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which channel goes to which column, in the order of the columns. */
final class ChannelColumns {

    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> byChannel = new HashMap<>();

    /**
     * @param rows one for each column, with the entries {@code channel} and {@code column_name}. A column without a channel takes
     *             nothing; of two columns for one channel the first takes it.
     * @throws IllegalArgumentException if there are no rows, or one has no {@code column_name}
     */
    ChannelColumns(List<Map<String, Object>> rows) {
        if (rows == null) {
            throw new IllegalArgumentException("rows are made for columns, but the variable 'channels' is missing");
        }
        for (Map<String, Object> row : rows) {
            if (!(row.get("column_name") instanceof String column)) {
                throw new IllegalArgumentException("an entry of the variable 'channels' has no 'column_name'");
            }
            if (row.get("channel") instanceof String channel && !byChannel.containsKey(channel)) {
                if (!names.contains(column)) {
                    names.add(column);
                }
                byChannel.put(channel, names.indexOf(column));
            }
        }
    }

    List<String> names() {
        return names;
    }

    /** The place of the channel's column among {@link #names()}; −1 where it has none. */
    int of(String channel) {
        return byChannel.getOrDefault(channel, -1);
    }
}
