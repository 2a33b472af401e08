package io.pvroute.solarapi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/**
 * Which certificates of https loggers are trusted: those that Java trusts anyway, and those of a file of one's own. There is no way to
 * trust whatever comes. That the certificate is one for the host of the URL is checked by the HTTP client besides. To be named as
 * {@code sslContextParameters} of camel-http.
 */
public final class LoggerTrust extends SSLContextParameters {

    /**
     * @param certificates path of a PEM file with certificates, of authorities or of loggers themselves; empty for none
     * @throws IllegalArgumentException if the file cannot be read or holds none, as a sentence
     */
    public LoggerTrust(String certificates) {
        if (!certificates.isBlank()) {
            var trust = new TrustManagersParameters();
            trust.setTrustManager(trusting(read(Path.of(certificates.strip()))));
            setTrustManagers(trust);
        }
    }

    /** For a client that is not made by Camel. */
    public SSLContext context() {
        try {
            return createSSLContext(null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This Java has no TLS: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> read(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the file could not be read (" + e.getClass().getSimpleName() + "); " + expected(), e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the file holds something else than certificates; " + expected(), e);
        }
        throw new IllegalArgumentException("the file holds no certificate; " + expected());
    }

    private static String expected() {
        return "expected a file in PEM, with -----BEGIN CERTIFICATE----- in it, that this user may read, or nothing.";
    }

    private static X509TrustManager trusting(Collection<? extends Certificate> more) {
        try {
            List<Certificate> all = new ArrayList<>(List.of(manager(null).getAcceptedIssuers()));
            all.addAll(more);
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : all) {
                store.setCertificateEntry(String.valueOf(store.size()), certificate);
            }
            return manager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This Java has no store of certificates: " + e.getMessage(), e);
        }
    }

    /** @param store null for what Java trusts */
    private static X509TrustManager manager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Stream.of(factory.getTrustManagers()).filter(X509TrustManager.class::isInstance).map(X509TrustManager.class::cast).findFirst()
                .orElseThrow();
    }
}
