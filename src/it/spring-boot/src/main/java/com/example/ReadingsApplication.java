package com.example;

import io.pvroute.copyupsert.CopyUpsertProcessor;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class ReadingsApplication {

    public static void main(String[] args) {
        SpringApplication.run(ReadingsApplication.class, args);
    }

    /** Uses the DataSource of Spring Boot, which is the only one in its context. */
    @Bean
    CopyUpsertProcessor storeReadings() {
        var store = new CopyUpsertProcessor();
        store.setTable("reading");
        store.setKey("sensor,ts");
        return store;
    }

    @Bean
    RouteBuilder readings(CopyUpsertProcessor storeReadings) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:readings").routeId("readings").process(storeReadings);
            }
        };
    }
}
