package io.pvroute.copyupsert;

/**
 * The types that primitive values of Java are at home in: these are written as they are, without an object for each. What does not fit goes
 * the general way, which refuses it in its words.
 */
enum PrimitiveEncoder implements Encoder {

    INT2 {
        @Override
        public void encode(Object value, CopyBuffer out) throws Misfit {
            NumberEncoders.int2(value, out);
        }

        @Override
        public void encodeLong(long value, CopyBuffer out) throws Misfit {
            if (value == (short) value) {
                out.putInt(2);
                out.putShort((int) value);
            } else {
                encode(value, out);
            }
        }
    },

    INT4 {
        @Override
        public void encode(Object value, CopyBuffer out) throws Misfit {
            NumberEncoders.int4(value, out);
        }

        @Override
        public void encodeLong(long value, CopyBuffer out) throws Misfit {
            if (value == (int) value) {
                out.putInt(4);
                out.putInt((int) value);
            } else {
                encode(value, out);
            }
        }
    },

    INT8 {
        @Override
        public void encode(Object value, CopyBuffer out) throws Misfit {
            NumberEncoders.int8(value, out);
        }

        @Override
        public void encodeLong(long value, CopyBuffer out) {
            out.putInt(8);
            out.putLong(value);
        }
    },

    FLOAT8 {
        @Override
        public void encode(Object value, CopyBuffer out) throws Misfit {
            NumberEncoders.float8(value, out);
        }

        @Override
        public void encodeDouble(double value, CopyBuffer out) {
            out.putInt(8);
            out.putLong(Double.doubleToLongBits(value));
        }
    },

    TIMESTAMPTZ {
        @Override
        public void encode(Object value, CopyBuffer out) throws Misfit {
            TimeEncoders.timestamptz(value, out);
        }

        @Override
        public void encodeMicroseconds(long value, CopyBuffer out) throws Misfit {
            if (value >= FROM && value < UNTIL) {
                out.putInt(8);
                out.putLong(value - FROM_1970_TO_2000);
            } else {
                super.encodeMicroseconds(value, out);
            }
        }
    };

    private static final long FROM_1970_TO_2000 = 946_684_800_000_000L;
    /** The years 1 to 9999, of which every instant is one that the type has. */
    private static final long FROM = -62_135_596_800_000_000L;
    private static final long UNTIL = 253_402_300_800_000_000L;
}
