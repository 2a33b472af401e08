package io.pvroute.elsewhere;

import java.nio.file.Path;

import io.pvroute.runner.PvrouteListener;
import org.apache.camel.main.Main;

/** A Camel application of somebody else, with one line more for pvroute. */
final class PlantApplication {

    private PlantApplication() {}

    /**
     * @param here properties of this place, which stand over the others
     * @param more where more of them are, each after a comma
     */
    static Main camel(Path here, String more) {
        var main = new Main(PlantApplication.class);
        main.setPropertyPlaceholderLocations("file:" + here + ",classpath:io/pvroute/elsewhere/plant.properties" + more);
        main.addMainListener(new PvrouteListener());
        return main;
    }
}
