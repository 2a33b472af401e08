package io.pvroute.simulator;

import static io.pvroute.simulator.Noise.Stream.SWELL;
import static io.pvroute.simulator.Noise.Stream.SWELL_COUNT;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that has flowed in the plant from the day its meter was installed until an instant, which its counters and its battery tell.
 *
 * <p>What is known of a slot is its energy. Within the slot all flows swell and ebb together, so that at every instant they add up, no
 * counter falls, and the slot ends with its energy to the watt-second. Because a sum needs all that was before, those of the beginning of
 * each UTC day are remembered, and of a few days those of each slot. Instants are epoch seconds.
 */
final class Ledger {

    private static final long DAY = 86_400;
    private static final long FIRST_DAY = Plant.METER_INSTALLED.getEpochSecond() / DAY;
    private static final int DAYS_AT_HAND = 8;
    private static final double STRONGEST_SWELL = 0.05;

    private final Balance balance;
    private final Noise noise;
    private final long step;
    private final long ratedEnergy;
    private final Map<Long, Energy[]> days = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Energy[]> eldest) {
            return size() > DAYS_AT_HAND;
        }
    };
    private Energy[] mornings;
    private int known = 1;

    Ledger(Plant plant, Balance balance) {
        this.balance = balance;
        noise = new Noise(plant.seed());
        step = plant.step().toSeconds();
        ratedEnergy = Math.round(plant.peakPower() * step);
        mornings = new Energy[] {balance.first()};
    }

    /** Until an instant, which is taken for the first one if it lies before that. */
    Energy until(long instant) {
        long from = Math.max(instant, FIRST_DAY * DAY);
        Energy[] sums = day(from / DAY);
        int index = (int) (from % DAY / step);
        long second = from % step;
        return second == 0 ? sums[index] : sums[index].plus(slot(sums, index).times(share(from / step + 1, second, sums, index)));
    }

    /** What flows in a second around an instant, as a factor for {@link #slot(long)}, 1/s. */
    double perSecond(long instant) {
        Energy[] sums = day(Math.max(instant, FIRST_DAY * DAY) / DAY);
        int index = (int) (instant % DAY / step);
        long slot = instant / step + 1;
        double phase = turns(slot) * (instant % step) / step;
        return (1 + swell(slot, sums, index) * Math.sin(phase)) / step;
    }

    /** The energy of the slot that an instant lies in. */
    Energy slot(long instant) {
        return slot(day(Math.max(instant, FIRST_DAY * DAY) / DAY), (int) (instant % DAY / step));
    }

    private static Energy slot(Energy[] sums, int index) {
        return sums[index + 1].minus(sums[index]);
    }

    /** The integral of {@link #perSecond} from the beginning of the slot. */
    private double share(long slot, long second, Energy[] sums, int index) {
        double turns = turns(slot);
        double part = (double) second / step;
        return part + swell(slot, sums, index) * (1 - Math.cos(turns * part)) / turns;
    }

    /** The inverter never gives more than its peak power. */
    private double swell(long slot, Energy[] sums, int index) {
        double room = (double) ratedEnergy / Math.max(1, slot(sums, index).produced()) - 1;
        return Math.max(0, Math.min(room, STRONGEST_SWELL * noise.uniform(SWELL, slot)));
    }

    private double turns(long slot) {
        return 2 * Math.PI * (1 + noise.below(5, SWELL_COUNT, slot));
    }

    /** The sums at the beginning of each slot of a UTC day, and at its end. */
    private synchronized Energy[] day(long day) {
        Energy[] sums = days.get(day);
        if (sums == null) {
            sums = new Energy[(int) (DAY / step) + 1];
            sums[0] = morning((int) (day - FIRST_DAY));
            for (int index = 1; index < sums.length; index++) {
                sums[index] = after(day * DAY / step + index, sums[index - 1]);
            }
            days.put(day, sums);
        }
        return sums;
    }

    private Energy morning(int day) {
        if (day >= mornings.length) {
            mornings = Arrays.copyOf(mornings, day + 400);
        }
        for (; known <= day; known++) {
            Energy sum = mornings[known - 1];
            long midnight = (FIRST_DAY + known) * DAY;
            for (long slot = midnight / step - DAY / step + 1; slot <= midnight / step; slot++) {
                sum = after(slot, sum);
            }
            mornings[known] = sum;
        }
        return mornings[day];
    }

    private Energy after(long slot, Energy before) {
        return before.plus(balance.of(slot, before));
    }
}
