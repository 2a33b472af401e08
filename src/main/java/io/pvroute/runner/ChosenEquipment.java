package io.pvroute.runner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import io.pvroute.simulator.Equipment;
import io.pvroute.simulator.Model;
import io.pvroute.simulator.Quirk;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What somebody wants to stand in a simulated plant, and what the logger shall be like. */
final class ChosenEquipment {

    @Option(names = "--model", paramLabel = "MODEL", defaultValue = "symo", converter = ModelConverter.class,
            description = "symo, with an archive; or gen24, which tells the present alone, of a battery too (default: ${DEFAULT-VALUE}).")
    private Model model;

    @Option(names = "--storage", paramLabel = "WH",
            description = "What the battery of a gen24 can hold, in Wh, or 0 for none (default: 11059).")
    private Double storage;

    @Option(names = "--ohmpilot", description = "A gen24 heats water with what would be fed into the grid.")
    private boolean ohmPilot;

    @Option(names = "--quirk", paramLabel = "NAME", converter = QuirkConverter.class, completionCandidates = QuirkNames.class,
            description = "What the logger is like without being at fault; can be given several times: ${COMPLETION-CANDIDATES}.")
    private List<Quirk> quirks = new ArrayList<>();

    /** @throws IllegalArgumentException with what cannot be, in a sentence without its stop */
    Equipment equipment() {
        Equipment usual = model == Model.GEN24 ? Equipment.GEN24 : Equipment.SYMO;
        return new Equipment(model, storage == null ? usual.storage() : storage, ohmPilot);
    }

    Quirk[] quirks() {
        return quirks.toArray(Quirk[]::new);
    }

    boolean hasArchive() {
        return model == Model.SYMO;
    }

    /** As a person speaks of it: {@code a GEN24 with a battery of 11,059 Wh}. */
    String title() {
        Equipment equipment = equipment();
        return model == Model.SYMO ? "a Symo" : "a GEN24"
                + (equipment.storage() > 0 ? String.format(" with a battery of %,.0f Wh", equipment.storage()) : " without a battery")
                + (ohmPilot ? " and an OhmPilot" : "");
    }

    static final class ModelConverter implements ITypeConverter<Model> {

        @Override
        public Model convert(String text) {
            return Arrays.stream(Model.values()).filter(model -> model.name().equalsIgnoreCase(text.strip())).findFirst()
                    .orElseThrow(() -> new TypeConversionException("expected symo or gen24."));
        }
    }

    static final class QuirkConverter implements ITypeConverter<Quirk> {

        @Override
        public Quirk convert(String text) {
            try {
                return Quirk.of(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** For the help. */
    static final class QuirkNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Quirk.values()).map(Quirk::toString).iterator();
        }
    }
}
