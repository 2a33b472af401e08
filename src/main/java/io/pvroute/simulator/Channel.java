package io.pvroute.simulator;

/**
 * What the logger records, declared in the order of the wire names, which is the order in an answer. Names, units and ids as in recorded
 * answers and the Solar API V1 instructions 42,0410,2012.
 */
enum Channel {

    CURRENT_AC_1("Current_AC_Phase_1", "A", 0),
    CURRENT_AC_2("Current_AC_Phase_2", "A", 0),
    CURRENT_AC_3("Current_AC_Phase_3", "A", 0),
    CURRENT_DC_1("Current_DC_String_1", "A", 66050),
    CURRENT_DC_2("Current_DC_String_2", "A", 131586),
    /** Fed into the grid since the meter was installed. */
    ENERGY_FED("EnergyReal_WAC_Minus_Absolute", "Wh", 167837960),
    /** Drawn from the grid since the meter was installed. */
    ENERGY_DRAWN("EnergyReal_WAC_Plus_Absolute", "Wh", 167772424),
    ENERGY_PRODUCED("EnergyReal_WAC_Sum_Produced", "Wh", 67830024),
    ERRORS("InverterErrors", "Object", 16646144),
    EVENTS("InverterEvents", "Object", 0),
    METER_LOCATION("Meter_Location_Current", "1", 117050390),
    POWER("PowerReal_PAC_Sum", "W", 0),
    TEMPERATURE("Temperature_Powerstage", "deg C", 0),
    TIME_SPAN("TimeSpanInSec", "sec", 0),
    VOLTAGE_AC_1("Voltage_AC_Phase_1", "V", 0),
    VOLTAGE_AC_2("Voltage_AC_Phase_2", "V", 0),
    VOLTAGE_AC_3("Voltage_AC_Phase_3", "V", 0),
    VOLTAGE_DC_1("Voltage_DC_String_1", "V", 66049),
    VOLTAGE_DC_2("Voltage_DC_String_2", "V", 131585);

    private final String wireName;
    private final String unit;
    private final int id;

    Channel(String wireName, String unit, int id) {
        this.wireName = wireName;
        this.unit = unit;
        this.id = id;
    }

    String wireName() {
        return wireName;
    }

    String unit() {
        return unit;
    }

    /** The channel id that an answer has as a comment, or 0 where no recorded answer tells it. */
    int id() {
        return id;
    }
}
