package io.pvroute.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Answers with a file of the page: those that are listed here and no others. Camel's own serving of static files is not used, as it offers
 * whatever lies in the folder that the program was started in, the settings with their passwords included.
 *
 * <p>A browser asks for a file each time and is told by its tag that it has it already. The policy lets the page load from and talk to this
 * server alone.
 */
public final class PageFiles {

    private static final List<String> OURS = List.of("index.html", "page.css", "page.js", "server.js", "format.js", "cells.js", "sites.js",
            "curve.js", "year.js", "coverage.js", "lists.js", "icon.svg");
    private static final Map<String, String> OF_UPLOT = Map.of("uplot.js", "uPlot.iife.min.js", "uplot.css", "uPlot.min.css");
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8", "svg", "image/svg+xml");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, File> files = new HashMap<>();

    private record File(byte[] bytes, String type, String tag) {}

    /** Reads them all from the class path. */
    public PageFiles() {
        OURS.forEach(name -> files.put(name, file(name, "/io/pvroute/page/" + name)));
        String dist = "/META-INF/resources/webjars/uplot/" + versionOfUplot() + "/dist/";
        OF_UPLOT.forEach((name, path) -> files.put(name, file(name, dist + path)));
    }

    /** Body and headers for the header {@code file}; 404 for a name that is none of the page's, 304 where the browser has it. */
    public void answer(Exchange exchange) {
        Message message = exchange.getMessage();
        File file = files.get(message.getHeader("file", "", String.class));
        String had = message.getHeader("If-None-Match", "", String.class);
        message.removeHeaders("*");                        // a header of the request would become one of the answer
        message.setHeader("X-Content-Type-Options", "nosniff");
        if (file == null) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 404);
            message.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
            message.setBody("There is no such file.");
            return;
        }
        message.setHeader("ETag", file.tag());
        message.setHeader("Content-Security-Policy", POLICY);
        message.setHeader("Referrer-Policy", "no-referrer");
        message.setHeader(Exchange.CONTENT_TYPE, file.type());
        if (had.equals(file.tag())) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 304);
            message.setBody(null);
        } else {
            message.setBody(file.bytes());
        }
    }

    private static File file(String name, String path) {
        byte[] bytes = read(path);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            return new File(bytes, type, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static String versionOfUplot() {
        var properties = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars.npm/uplot/pom.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("The version of uPlot could not be read.", e);
        }
        return properties.getProperty("version");
    }

    private static byte[] read(String path) {
        try (InputStream in = open(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("A file of the page could not be read: " + path, e);
        }
    }

    private static InputStream open(String path) {
        InputStream in = PageFiles.class.getResourceAsStream(path);
        if (in == null) {
            throw new IllegalStateException("A file of the page is not on the class path: " + path);
        }
        return in;
    }
}
