package io.pvroute;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of one's own, and the certificates that it issues, as an operator would make them; by Java's keytool. */
public final class OwnAuthority {

    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path store;

    /** @param folder for its files */
    public OwnAuthority(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("authority.p12");
        keytool("-alias", "authority", "-dname", "CN=An authority of one's own", "-ext", "bc:critical=ca:true", "-ext", "ku=keyCertSign");
    }

    /** A certificate with its key. */
    public record Issued(Path certificate, Path key, SSLContext tls) {}

    /** Its own certificate, in PEM. */
    public Path certificate() {
        return pem("authority.pem", "CERTIFICATE", () -> keys().getCertificate("authority").getEncoded());
    }

    /** @param host {@code dns:localhost} or {@code ip:127.0.0.1} */
    public Issued issue(String name, String host) {
        keytool("-alias", name, "-dname", "CN=" + name, "-ext", "san=" + host, "-signer", "authority");
        return issued(name);
    }

    /** One that nobody has signed, but itself. */
    public Issued selfSigned(String name, String host) {
        keytool("-alias", name, "-dname", "CN=" + name, "-ext", "san=" + host);
        return issued(name);
    }

    private Issued issued(String name) {
        Path certificate = pem(name + ".crt", "CERTIFICATE", () -> keys().getCertificate(name).getEncoded());
        Path key = pem(name + ".key", "PRIVATE KEY", () -> keys().getKey(name, PASSWORD.toCharArray()).getEncoded());
        try {
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(name, keys().getKey(name, PASSWORD.toCharArray()), PASSWORD.toCharArray(), keys().getCertificateChain(name));
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(one, PASSWORD.toCharArray());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(managers.getKeyManagers(), null, null);
            return new Issued(certificate, key, tls);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore keys() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private interface Encoded {
        byte[] get() throws GeneralSecurityException, IOException;
    }

    private Path pem(String file, String what, Encoded encoded) {
        try {
            return Files.writeString(folder.resolve(file), "-----BEGIN " + what + "-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded.get()) + "\n-----END " + what + "-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keytool(String... more) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
                "-validity", "30", "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(more));
        try {
            Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
            String told = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(told);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
