package io.pvroute.elsewhere;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What dependency:tree wrote of a project in {@code src/it}. Dependencies are told by group and name, as {@code org.slf4j:slf4j-api}. */
record DependencyTree(List<Dependency> dependencies) {

    private static final int DEPTH_OF_DIRECT = 3;

    /**
     * @param depth    three for each step away from the project
     * @param throughUs whether it stands below the jar of pvroute
     */
    record Dependency(int depth, String name, boolean throughUs) {}

    static DependencyTree of(Path project) throws IOException {
        List<Dependency> dependencies = new ArrayList<>();
        boolean inJar = false;
        for (String line : Files.readAllLines(project.resolve("target/tree.txt"))) {
            int depth = line.indexOf(line.replaceFirst("^[^a-z]+", ""));
            String[] coordinates = line.substring(depth).split(":");
            String name = coordinates[0] + ":" + coordinates[1];
            dependencies.add(new Dependency(depth, name, inJar && depth > DEPTH_OF_DIRECT));
            inJar = depth <= DEPTH_OF_DIRECT ? name.equals("io.pvroute:pvroute") : inJar;
        }
        return new DependencyTree(dependencies);
    }

    /** What the project asks for itself. */
    List<String> direct() {
        return names(dependency -> dependency.depth() == DEPTH_OF_DIRECT);
    }

    /** What the jar of pvroute brings along. */
    List<String> throughUs() {
        return names(Dependency::throughUs);
    }

    /** Everything. */
    List<String> all() {
        return names(dependency -> dependency.depth() > 0);
    }

    private List<String> names(Predicate<Dependency> which) {
        return dependencies.stream().filter(which).map(Dependency::name).toList();
    }
}
