package io.pvroute.runner;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import io.pvroute.simulator.Fault;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A fault that somebody wants to see.
 *
 * @param probability of each request to get it, more than 0 and at most 1
 */
record ChosenFault(Fault fault, double probability) {

    boolean isCertain() {
        return probability == 1;
    }

    static double sum(List<ChosenFault> faults) {
        return faults.stream().mapToDouble(ChosenFault::probability).sum();
    }

    /** One of the faults, or none; the probabilities add up to no more than 1. */
    static Optional<Fault> draw(List<ChosenFault> faults, Random random) {
        double drawn = random.nextDouble();
        for (ChosenFault chosen : faults) {
            drawn -= chosen.probability();
            if (drawn < 0) {
                return Optional.of(chosen.fault());
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return fault + (isCertain() ? "" : String.format(" (%.3g %% of the requests)", 100 * probability)) + ": it "
                + fault.description();
    }

    static final class Converter implements ITypeConverter<ChosenFault> {

        @Override
        public ChosenFault convert(String text) {
            String[] parts = text.split(":", 2);
            try {
                double probability = parts.length == 1 ? 1 : Double.parseDouble(parts[1]);
                if (probability > 0 && probability <= 1) {
                    return new ChosenFault(Fault.of(parts[0]), probability);
                }
            } catch (NumberFormatException e) {
                throw new TypeConversionException("expected a probability from 0 to 1 after the colon, as in cut:0.1.");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
            throw new TypeConversionException("expected a probability from 0 to 1 after the colon, as in cut:0.1.");
        }
    }

    /** For the help. */
    static final class Names implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Fault.values()).map(Fault::toString).iterator();
        }
    }
}
