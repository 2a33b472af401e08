package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.pvroute.copyupsert.CopyUpsertProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class ReadingsTest {

    @Test
    void whatIsNewIsInsertedWhatDiffersIsCorrectedAndTheSameIsLeftAlone() throws Exception {
        // given
        var database = new PGSimpleDataSource();
        database.setUrl(System.getProperty("jdbc.url"));
        try (var camel = new DefaultCamelContext(); var template = camel.createProducerTemplate()) {
            camel.getRegistry().bind("database", database);
            camel.addRoutes(new Readings());
            camel.start();

            // when
            Exchange stored = template.send("direct:readings", exchange -> exchange.getMessage().setBody(List.of(
                    Map.of("sensor", "roof", "ts", Instant.parse("2026-06-01T10:00:00Z"), "watts", 1.5),
                    Map.of("sensor", "roof", "ts", Instant.parse("2026-06-01T10:05:00Z"), "watts", 3.5),
                    Map.of("sensor", "roof", "ts", Instant.parse("2026-06-01T10:10:00Z"), "watts", 4.5))));

            // then
            if (stored.getException() != null) {
                throw stored.getException();
            }
            assertEquals(1L, stored.getMessage().getHeader(CopyUpsertProcessor.INSERTED));
            assertEquals(1L, stored.getMessage().getHeader(CopyUpsertProcessor.UPDATED));
            assertEquals(1L, stored.getMessage().getHeader(CopyUpsertProcessor.UNCHANGED));
        }
    }
}
