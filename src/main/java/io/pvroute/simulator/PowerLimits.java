package io.pvroute.simulator;

import static io.pvroute.simulator.Noise.Stream.LIMIT;
import static io.pvroute.simulator.Noise.Stream.LIMIT_BEGIN;
import static io.pvroute.simulator.Noise.Stream.LIMIT_LENGTH;
import static io.pvroute.simulator.Noise.Stream.LIMIT_PERCENT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The grid operator's orders to feed in less: on about every fourth day, once, for 20 to 60 minutes near noon. The order and its end are
 * events of the inverter, and it obeys.
 */
final class PowerLimits {

    private static final long DAY = 86_400;
    private static final String DETAIL = """
            {"#":3,"attr":{"Power":"%1$d [%%]","affect":"P"},"desc":"Power limitation %1$d%%","flags":["send"]}""";

    private final Noise noise;
    private final double peakPower;
    private final long noon;

    PowerLimits(Plant plant) {
        noise = new Noise(plant.seed());
        peakPower = plant.peakPower();
        noon = 43_200 - Math.round(plant.longitude() * 240);
    }

    /** The order of a day; both ends are odd seconds and so never on the grid of the samples. */
    private record Order(long begin, long end, int percent) {}

    /** Null on a day without an order. */
    private Order order(long day) {
        if (noise.uniform(LIMIT, day) >= 0.27) {
            return null;
        }
        long begin = day * DAY + noon - 7200 + noise.below(14_400, LIMIT_BEGIN, day) | 1;
        long end = begin + 1200 + 2L * noise.below(1200, LIMIT_LENGTH, day);
        return new Order(begin, end, 20 + 10 * noise.below(6, LIMIT_PERCENT, day));
    }

    /** The power that may be fed in at most at this instant, W. */
    double at(long instant) {
        Order order = order(day(instant));
        return order != null && order.begin <= instant && instant < order.end ? peakPower * order.percent / 100 : peakPower;
    }

    /** The events with {@code from <= instant < to}, in the order of time. */
    List<Event> events(String device, long from, long to) {
        List<Event> events = new ArrayList<>();
        for (long day = day(from); day <= day(to); day++) {
            Order order = order(day);
            if (order != null) {
                add(events, device, order.begin, order.percent, from, to);
                add(events, device, order.end, 100, from, to);
            }
        }
        return events;
    }

    private static void add(List<Event> events, String device, long instant, int percent, long from, long to) {
        if (from <= instant && instant < to) {
            events.add(new Event(device, Instant.ofEpochSecond(instant), Channel.EVENTS.wireName(), DETAIL.formatted(percent)));
        }
    }

    /** Days are counted from solar midnight, so that the hours around noon are in one of them at any longitude. */
    private long day(long instant) {
        return Math.floorDiv(instant - noon + 43_200, DAY);
    }
}
