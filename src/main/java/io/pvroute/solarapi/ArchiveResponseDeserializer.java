package io.pvroute.solarapi;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;

/** Lets Jackson read an {@link ArchiveResponse}: every answer has a reader of its own. */
final class ArchiveResponseDeserializer extends StdDeserializer<ArchiveResponse> {

    ArchiveResponseDeserializer() {
        super(ArchiveResponse.class);
    }

    @Override
    public ArchiveResponse deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return new AnswerReader(parser).read();
    }

    /** The whole answer is {@code null}. */
    @Override
    public ArchiveResponse getNullValue(DeserializationContext context) {
        throw AnswerReader.noArchiveAnswer();
    }
}
