package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.net.NamedEndpoint;

/** What it means that nothing answered, or that an answer did not come to its end. */
final class BrokenConnection {

    private BrokenConnection() {
    }

    static Optional<Failure> failure(Throwable thrown) {
        if (isOurOwn(thrown)) {
            return Optional.empty();
        }
        return Optional.ofNullable(sentence(thrown)).map(sentence -> new Failure(Fault.SITE, sentence));
    }

    /** A socket that this side closed, because the program stops. */
    private static boolean isOurOwn(Throwable thrown) {
        return thrown instanceof SocketException && thrown.getMessage() != null
                && (thrown.getMessage().equalsIgnoreCase("Socket closed") || thrown.getMessage().equalsIgnoreCase("Closed by interrupt"));
    }

    private static String sentence(Throwable thrown) {
        if (thrown instanceof ConnectTimeoutException e) {
            return "no connection" + within(e.getHost(), " to ") + " in time: it is off, asleep or elsewhere";
        }
        if (thrown instanceof SocketTimeoutException) {
            return "no answer in time; loggers take seconds, and for the archive up to two minutes, so raise the timeout if this goes on";
        }
        if (thrown instanceof HttpHostConnectException e) {
            return String.valueOf(e.getMessage()).contains("refused")
                    ? "connection refused" + within(e.getHost(), " by ")
                    : "no connection" + within(e.getHost(), " to ") + orNothing(lastWords(e));
        }
        if (thrown instanceof UnknownHostException e) {
            return "the host of the site's url is not known" + orNothing(e.getMessage());
        }
        if (thrown instanceof NoRouteToHostException) {
            return "there is no route to the site's host: it is off, or in another network";
        }
        if (thrown instanceof ConnectException) {
            return "no connection to the site's host" + orNothing(thrown.getMessage());
        }
        if (thrown instanceof SSLException) {
            return "no secure connection" + insecure(thrown);
        }
        return brokenOff(thrown);
    }

    private static String insecure(Throwable thrown) {
        if (String.valueOf(thrown.getMessage()).contains("unable to find valid certification path")) {
            return ": its certificate is not trusted; name the file of it, or of the authority that issued it, in logger.certificates";
        }
        return orNothing(thrown.getMessage()) + (thrown instanceof SSLPeerUnverifiedException
                ? ": the certificate is that of another host; give the logger one for the host of the site's url, or the site such a url"
                : "; look at its certificate, and whether the site's url should begin with http://");
    }

    private static String brokenOff(Throwable thrown) {
        if (thrown instanceof NoHttpResponseException) {
            return "the connection was closed without an HTTP answer";
        }
        if (thrown instanceof ConnectionClosedException || thrown instanceof TruncatedChunkException
                || thrown instanceof SocketException || thrown instanceof EOFException) {
            return "the connection broke in the middle of the answer" + orNothing(thrown.getMessage());
        }
        if (thrown instanceof HttpException || thrown instanceof ClientProtocolException || thrown instanceof MessageConstraintException
                || thrown instanceof MalformedChunkCodingException || thrown instanceof ZipException) {
            return "answered something that is no HTTP" + orNothing(thrown.getMessage()) + "; check the site's url";
        }
        return null;
    }

    private static String within(NamedEndpoint host, String preposition) {
        if (host == null) {
            return "";
        }
        return preposition + host.getHostName() + (host.getPort() > 0 ? ":" + host.getPort() : "");
    }

    /** The client's messages end with what the operating system said: "Connect to http://a:1 [a/10.0.0.1] failed: Host is down". */
    private static String lastWords(IOException e) {
        return e.getMessage() == null ? null : e.getMessage().replaceFirst("^.* failed: ", "");
    }

    /** In brackets, and cut so that what follows in the sentence is still read. */
    private static String orNothing(String words) {
        if (words == null || words.isBlank()) {
            return "";
        }
        String line = words.strip();
        return " (" + (line.length() <= 120 ? line : line.substring(0, 120) + "…") + ")";
    }
}
