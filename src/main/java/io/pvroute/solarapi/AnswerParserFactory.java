package io.pvroute.solarapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/** Makes an {@link AnswerParser} for a stream of UTF-8, and Jackson's own parser for anything else. */
final class AnswerParserFactory extends JsonFactory {

    private static final long serialVersionUID = 1;

    AnswerParserFactory(JsonFactoryBuilder settings) {
        super(settings);
    }

    private AnswerParserFactory(AnswerParserFactory source, ObjectCodec codec) {
        super(source, codec);
    }

    @Override
    public AnswerParserFactory copy() {
        return new AnswerParserFactory(this, null);
    }

    @Override
    protected JsonParser _createParser(InputStream in, IOContext context) throws IOException {
        byte[] buffer = context.allocReadIOBuffer();
        int filled = in.readNBytes(buffer, 0, 2);
        // two of ASCII: no mark of an encoding, and neither UTF-16 nor UTF-32
        if (filled == 2 && buffer[0] > 0 && buffer[1] > 0) {
            ByteQuadsCanonicalizer names = _byteSymbolCanonicalizer.makeChild(_factoryFeatures);
            return new AnswerParser(context, _parserFeatures, in, _objectCodec, names, buffer, filled);
        }
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(Arrays.copyOf(buffer, filled)), in);
        context.releaseReadIOBuffer(buffer);
        return super._createParser(whole, context);
    }
}
