package io.pvroute.simulator;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A whole answer, as it goes over the wire.
 *
 * @param told the devices whose present it tells
 */
record Reply(int status, String contentType, byte[] body, List<Told> told) {

    static final Reply NOT_FOUND = page("<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>\n");

    /** As users report it of a logger. */
    static final Reply SWITCHED_OFF =
            page("<html><body><h1>404 Not Found</h1>Solar API disabled by customer config</body></html>\n");

    static Reply json(byte[] body, List<Told> told) {
        return new Reply(200, "text/javascript", body, told);
    }

    private static Reply page(String text) {
        return new Reply(404, "text/html", text.getBytes(StandardCharsets.UTF_8), List.of());
    }
}
