package io.pvroute.copyupsert;

/** Finds a row by the bytes of its key. */
final class KeyIndex {

    private final EncodedRows rows;
    /** Rows by the hash of their keys, counted from 1; a taken place leads to the next one. */
    private final int[] places;

    /** @param rows no two of them with the same key */
    KeyIndex(EncodedRows rows) {
        this.rows = rows;
        places = new int[Integer.highestOneBit(Math.max(1, rows.size())) * 4];
        for (int row = 0; row < rows.size(); row++) {
            int place = rows.keyHash(row) & places.length - 1;
            while (places[place] != 0) {
                place = place + 1 & places.length - 1;
            }
            places[place] = row + 1;
        }
    }

    /** @return the row, −1 if there is none */
    int find(byte[] bytes, int from, int length) {
        int place = CopyBuffer.hash(bytes, from, length) & places.length - 1;
        while (places[place] != 0) {
            int row = places[place] - 1;
            if (rows.hasKey(row, bytes, from, length)) {
                return row;
            }
            place = place + 1 & places.length - 1;
        }
        return -1;
    }
}
