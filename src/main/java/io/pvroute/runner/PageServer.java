package io.pvroute.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's HTTP server for the page: on the address and port of the settings, with basic authentication where they name a user. A port
 * that is taken keeps nobody from reading: the page is left out then, and the log says so.
 */
final class PageServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("pvroute");

    private final Listener listener;
    private final Settings.Page settings;
    private Path users;

    private PageServer(Listener listener, Settings.Page settings) {
        this.listener = listener;
        this.settings = settings;
    }

    /** With a port that was free just now; off where the settings say so, or none could be had. */
    static PageServer of(Settings.Page settings) {
        try {
            return new PageServer(settings.listener().settled(), settings);
        } catch (StartException e) {
            LOG.warn("There is no page, but reading goes on: {}", e.getMessage());
            return new PageServer(settings.listener().off(), settings);
        }
    }

    boolean isOff() {
        return listener.isOff();
    }

    /** Before Camel starts. */
    void addTo(Main camel) {
        if (isOff()) {
            camel.addProperty("page.port", "off");
            return;
        }
        Map.of("camel.server.enabled", "true",
                "camel.server.host", listener.address(),
                "camel.server.port", String.valueOf(listener.port().orElseThrow()),
                "camel.server.fileUploadEnabled", "false",
                "camel.server.maxBodySize", "65536").forEach(camel::addProperty);
        if (!settings.user().isEmpty()) {
            users = writeUsers();
            Map.of("camel.server.authenticationEnabled", "true",
                    "camel.server.authenticationRealm", "pvroute",
                    "camel.server.basicPropertiesFile", users.toString()).forEach(camel::addProperty);
        } else if (!listener.isLoopback()) {
            LOG.warn("Everybody who reaches port {} of {} sees the page and may have windows tried again. Set page.user and page.password, "
                    + "or page.address = 127.0.0.1.", listener.port().orElseThrow(), listener.address());
        }
    }

    /** Where a browser on this computer finds the page. */
    String url() {
        return listener.url() + "/";
    }

    /** Camel takes users from a file alone: one that only this user may read, and only until the server has read it. */
    private Path writeUsers() {
        try {
            Path file = Files.createTempFile("pvroute-page", ".properties");
            return Files.writeString(file, "user." + settings.user() + "=" + settings.password() + "\n");
        } catch (IOException e) {
            throw new StartException("The user of the page could not be written into a file for the server, in "
                    + System.getProperty("java.io.tmpdir") + ": " + e.getMessage() + ".", e);
        }
    }

    /** Once the server has read its users, or will never do so: the password is no longer on the disk. */
    @Override
    public void close() {
        try {
            if (users != null) {
                Files.deleteIfExists(users);
            }
        } catch (IOException e) {
            LOG.warn("{} holds the password of the page and could not be deleted: {}.", users, e.getMessage());
        }
    }
}
