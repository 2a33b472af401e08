package io.pvroute.solarapi;

import java.util.Locale;

/**
 * Names devices as the archive names its nodes: an inverter by its number, {@code inverter/1}, other devices by their serial,
 * {@code meter:16220118}. Numbers of those change as they are plugged in, so they are used only where no serial is told,
 * {@code meter/0}.
 */
final class DeviceName {

    private DeviceName() {
    }

    /**
     * @param deviceClass as the Solar API spells it, in whatever case: {@code Inverter}, {@code Meter}, {@code Storage}, {@code Ohmpilot}
     * @param id          its number there
     * @param serial      null where none is told
     */
    static String of(String deviceClass, String id, String serial) {
        String kind = StorableText.of(deviceClass).toLowerCase(Locale.ROOT);
        return serial == null || kind.equals("inverter") ? kind + "/" + StorableText.of(id) : kind + ":" + serial;
    }
}
