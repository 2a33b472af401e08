package io.pvroute.solarapi;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the rows of an answer: the step of a route between reading the answer and storing it. Can be used by any number of threads. */
public final class ArchiveRows {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveRows.class);

    private static final int LONGEST_IDENTIFIER = 63;

    private final Mentioned unknown = new Mentioned();
    private final Mentioned refused = new Mentioned();

    /**
     * Puts the samples of an answer into rows: one for every device and instant, with its channels joined by their times.
     *
     * <p>The instant of a sample is its node's start and its key (Solar API V1, operating instructions 42,0410,2012). Samples in the
     * future by more than five minutes or before {@code since} are refused, others outside the window are dropped, as long as one
     * lies in it.
     *
     * @param answer   what the logger answered
     * @param window   what was asked for, half-open: {@code site}, {@code from_at}, {@code to_at}, {@code claimed_at} (now, by the
     *                 clock that all runners share), {@code since} (may be missing, null or infinitely long ago)
     * @param channels for each column its {@code column_name} and the {@code channel} that goes into it
     * @throws SolarApiException        if the logger answered with a status other than 0, by a clock that is wrong, or with samples of
     *                                  which none lies in the window
     * @throws IllegalArgumentException if the window or the channels are not as described
     */
    @Handler
    public ArchiveBatch rows(@Body ArchiveResponse answer, @Variable("window") Map<String, Object> window,
            @Variable("channels") List<Map<String, Object>> channels) {
        if (answer == null) {
            throw new IllegalArgumentException("rows are made of an archive answer, but the body is empty");
        }
        Window asked = Window.of(window);
        ChannelColumns columns = new ChannelColumns(channels);
        if (answer.status().code() != 0) {
            throw new SolarApiException(StatusCode.failure(answer.status()));
        }
        AnswerTimes.failure(asked, answer).ifPresent(failure -> {
            throw new SolarApiException(failure);
        });
        BatchBuilder builder = new BatchBuilder(asked, columns, new Rejections(answer.unreadable(), answer.unreadableCount()));
        answer.nodes().forEach(builder::add);
        ArchiveBatch batch = builder.build();
        report(asked.site(), batch);
        return batch;
    }

    private void report(String site, ArchiveBatch batch) {
        for (ArchiveBatch.UnknownChannel channel : batch.unknownChannels()) {
            if (unknown.first(site, channel.channel())) {
                LOG.info("{}: channel {} came without a column in pv_archive; {} samples not kept. Add one: {}",
                        site, printable(channel.channel()), channel.samples(), newColumn(channel));
            }
        }
        // what is refused once is refused with every answer that holds it, today's once a period: in the log it is told once
        List<RejectedSample> news = batch.firstRejected().stream()
                .filter(sample -> refused.first(site, sample.channel(), sample.reason())).toList();
        if (!news.isEmpty()) {
            LOG.warn("{}: {} samples refused, the others are kept; the first: {}. More of that kind are not told here, but kept in"
                    + " pv_rejected", site, batch.rejected(), printable(news.get(0).toString()));
        }
    }

    /** What an operator can run as it stands: names come from the logger, so they are quoted or reduced to plain letters. */
    private static String newColumn(ArchiveBatch.UnknownChannel channel) {
        String column = channel.channel().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "_").replaceFirst("^(?=[0-9])", "_");
        if (column.length() > LONGEST_IDENTIFIER) {
            column = column.substring(0, LONGEST_IDENTIFIER);
        }
        String comment = printable(channel.channel() + (channel.unit() == null ? "" : " · " + channel.unit())).replace("'", "''");
        return "ALTER TABLE pv_archive ADD COLUMN " + column + " double precision; COMMENT ON COLUMN pv_archive." + column
                + " IS '" + comment + "';";
    }

    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }
}
