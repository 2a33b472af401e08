package io.pvroute.elsewhere;

import java.nio.file.Path;

import io.pvroute.runner.PvrouteListener;
import org.apache.camel.main.Main;

/** A Camel application of somebody else, with one line more for pvroute. */
final class PlantApplication {

    private PlantApplication() {}

    /** @param here properties of this place, which stand over the others */
    static Main camel(Path here) {
        var main = new Main(PlantApplication.class);
        main.setPropertyPlaceholderLocations("file:" + here + ",classpath:io/pvroute/elsewhere/plant.properties,"
                + "classpath:io/pvroute/shipped/application.properties");
        main.addMainListener(new PvrouteListener());
        return main;
    }
}
