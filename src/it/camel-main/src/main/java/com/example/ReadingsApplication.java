package com.example;

import org.apache.camel.main.Main;

/** Camel Main as it comes: all that it does is in application.properties and routes/. */
public final class ReadingsApplication {

    private ReadingsApplication() {}

    public static void main(String[] args) throws Exception {
        new Main(ReadingsApplication.class).run(args);
    }
}
