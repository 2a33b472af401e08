package io.pvroute.solarapi;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Bounds the time of a whole answer: the HTTP client's own timeouts begin again with every byte, so that a logger that trickles would keep
 * a thread for days. And bounds what is read of an answer that refuses the request: Camel makes a text in memory of it, as a whole. To be
 * named as {@code httpClientConfigurer} of camel-http.
 *
 * <p>An answer that is given up before its end has its connection cut; the client would otherwise read the rest of it, however much that
 * is.
 */
public final class AnswerDeadline implements HttpClientConfigurer {

    /** In bytes; what a refusal has to say stands at its beginning. */
    private static final long LONGEST_REFUSAL = 64 * 1024;

    private long timeout = 120_000;

    /** @param timeout from the request to the end of the answer, in ms, more than 0; 120,000 where it is not set */
    public void setTimeout(long timeout) {
        if (timeout <= 0) {
            throw new IllegalArgumentException("the timeout of an answer is " + timeout + " ms, but must be more than 0");
        }
        this.timeout = timeout;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addExecInterceptorLast("answer-deadline", this::execute);
    }

    private ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout);
        ClassicHttpResponse response = chain.proceed(request, scope);
        if (response.getEntity() != null) {
            long longest = response.getCode() / 100 == 2 ? Long.MAX_VALUE : LONGEST_REFUSAL;
            response.setEntity(new BoundedEntity(response.getEntity(), deadline, longest, scope.execRuntime));
        }
        return response;
    }

    private static final class BoundedEntity extends HttpEntityWrapper {

        private final long deadline;
        private final long longest;
        private final ExecRuntime connection;

        BoundedEntity(HttpEntity entity, long deadline, long longest, ExecRuntime connection) {
            super(entity);
            this.deadline = deadline;
            this.longest = longest;
            this.connection = connection;
        }

        @Override
        public InputStream getContent() throws IOException {
            InputStream content = super.getContent();
            return content == null ? null : new BoundedStream(content, deadline, longest, connection);
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (InputStream content = getContent()) {
                content.transferTo(out);
            }
        }
    }

    private static final class BoundedStream extends FilterInputStream {

        private final long deadline;
        private final ExecRuntime connection;
        private long left;
        private boolean ended;

        BoundedStream(InputStream in, long deadline, long longest, ExecRuntime connection) {
            super(in);
            this.deadline = deadline;
            this.left = longest;
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = super.read(bytes, offset, (int) Math.min(length, left));
            ended = read < 0;
            left -= Math.max(0, read);
            if (!ended && System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException("the answer has not ended in time");
            }
            return read;
        }

        /** Who has read all that makes sense may not have asked for more, and so not have met the end. */
        @Override
        public void close() throws IOException {
            if (ended || System.nanoTime() - deadline <= 0 && in.read() < 0) {
                super.close();
            } else {
                connection.discardEndpoint();
            }
        }
    }
}
