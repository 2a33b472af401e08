package com.example;

import io.pvroute.copyupsert.CopyUpsertProcessor;
import org.apache.camel.builder.RouteBuilder;

/** Stores the rows that it gets in the table of readings. */
public class Readings extends RouteBuilder {

    @Override
    public void configure() {
        var store = new CopyUpsertProcessor(); // uses the only DataSource in the registry
        store.setTable("reading");
        store.setKey("sensor,ts");

        from("direct:readings").process(store);
    }
}
