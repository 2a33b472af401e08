package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * What an answer tells of one device, or of the site as a whole.
 *
 * @param device as the archive names it; null for the site as a whole
 * @param stamp  when it was so, by the logger's clock; null where that is not told
 * @param values finds the value of a name, level by level; a missing node where there is none
 */
record DeviceReading(String device, Instant stamp, Function<List<String>, JsonNode> values) {
}
