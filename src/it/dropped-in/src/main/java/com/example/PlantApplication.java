package com.example;

import java.io.IOException;

import io.pvroute.runner.PvrouteListener;
import org.apache.camel.main.Main;

/** The routes of pvroute in an application of its own. It ends when its input does. */
public final class PlantApplication {

    private PlantApplication() {}

    public static void main(String[] args) throws Exception {
        var main = new Main(PlantApplication.class);
        main.setPropertyPlaceholderLocations(
                "file:here.properties,classpath:application.properties,classpath:io/pvroute/shipped/application.properties");
        main.addMainListener(new PvrouteListener());

        var untilTheInputEnds = new Thread(() -> {
            try {
                System.in.readAllBytes();
            } catch (IOException e) {
                System.err.println("The input could not be read: " + e.getMessage());
            }
            main.completed();
        });
        untilTheInputEnds.setDaemon(true);
        untilTheInputEnds.start();
        System.exit(main.run(args));
    }
}
