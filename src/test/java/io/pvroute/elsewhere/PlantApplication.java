package io.pvroute.elsewhere;

import java.util.Map;

import org.apache.camel.main.Main;

/** A Camel application of somebody else: nothing of pvroute in its code. */
final class PlantApplication {

    private PlantApplication() {}

    /** @param more properties that differ from place to place */
    static Main camel(Map<String, String> more) {
        var main = new Main(PlantApplication.class);
        // pvroute's own defaults first, as they lie in the jar; what the application says stands over them
        main.setPropertyPlaceholderLocations("classpath:io/pvroute/elsewhere/plant.properties,classpath:io/pvroute/shipped/application.properties");
        more.forEach(main::addInitialProperty);
        return main;
    }
}
