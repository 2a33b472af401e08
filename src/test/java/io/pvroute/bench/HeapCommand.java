package io.pvroute.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run heap}: a body without end in a small heap. */
@Command(name = "heap", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Writes rows of an iterator, first as new ones and then once more, in a Java with a small heap; fails where that is "
                + "not enough.")
final class HeapCommand implements Callable<Integer> {

    private static final String TABLE = "bench_heap";

    @Option(names = "--rows", paramLabel = "N", defaultValue = "10000000", description = "rows of the body (${DEFAULT-VALUE})")
    private int rows;

    @Option(names = "--heap", paramLabel = "SIZE", defaultValue = "64m", description = "what -Xmx says (${DEFAULT-VALUE})")
    private String heap;

    @Override
    public Integer call() throws Exception {
        try (var server = new Server()) {
            System.out.println(Machine.description());
            System.out.println("server   " + server.description());
            var shape = new Shape(1);
            server.execute(shape.createTable(TABLE));
            try (var program = new Program(server.folder(), List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"), EndlessBody.class.getName(),
                    server.jdbcUrl(), TABLE, String.valueOf(rows)), System.out::println)) {
                program.awaitSuccess();
            }
            new Check(server).equal(TABLE, shape.truth(rows, Change.NONE), "the body without end");
        }
        System.out.printf("heap %d rows with -Xmx%s ok%n", rows, heap);
        return 0;
    }
}
