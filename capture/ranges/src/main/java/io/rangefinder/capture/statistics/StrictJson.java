package io.rangefinder.capture.statistics;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** Reads JSON piece by piece; what is otherwise than expected is told with its place. */
final class StrictJson implements Closeable {

    private static final int LONGEST = 120;

    /** The exponents of 10 that sums of doubles stay well within. */
    private static final int EXPONENTS = 5_000;

    private final Path file;
    private final JsonReader json;

    StrictJson(Path file, Reader text) {
        this.file = file;
        this.json = new JsonReader(text);
        json.setStrictness(Strictness.STRICT);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    /** Reads the value of one key. */
    @FunctionalInterface
    interface Member {
        void read(String key) throws IOException;
    }

    /** Reads the next element of a list. */
    @FunctionalInterface
    interface Element {
        void read() throws IOException;
    }

    /** Reads a whole document. */
    @FunctionalInterface
    interface Document<T> {
        T read() throws IOException;
    }

    <T> T document(Document<T> document) throws IOException {
        try {
            T whole = document.read();
            expect(JsonToken.END_DOCUMENT, "the end of the file");
            return whole;
        } catch (MalformedJsonException e) {
            // Gson adds a link to its help on lines of their own.
            throw new InvalidStatisticsException(
                    file,
                    "malformed JSON: " + shown(e.getMessage().lines().findFirst().orElse("")));
        } catch (EOFException e) {
            throw new InvalidStatisticsException(
                    file, "it ends too early, at " + place() + "; write it anew");
        }
    }

    /** Reads an object and returns its keys. */
    Set<String> object(Member member) throws IOException {
        expect(JsonToken.BEGIN_OBJECT, "an object");
        json.beginObject();
        Set<String> seen = new HashSet<>();
        while (json.hasNext()) {
            String key = json.nextName();
            if (!seen.add(key)) {
                throw wrong("the key " + quote(key) + " was given already; remove one of the two");
            }
            member.read(key);
        }
        json.endObject();
        return seen;
    }

    /** Reads a list. */
    void list(Element element) throws IOException {
        expect(JsonToken.BEGIN_ARRAY, "a list");
        json.beginArray();
        while (json.hasNext()) {
            element.read();
        }
        json.endArray();
    }

    /** Reads a list, or the one element that stands in place of it. */
    void listOrElement(Element element) throws IOException {
        if (json.peek() == JsonToken.BEGIN_ARRAY) {
            list(element);
        } else {
            element.read();
        }
    }

    /** Reads a null, if there is one. */
    boolean isNull() throws IOException {
        if (json.peek() != JsonToken.NULL) {
            return false;
        }
        json.nextNull();
        return true;
    }

    BigDecimal exact() throws IOException {
        expect(JsonToken.NUMBER, "a number");
        try {
            BigDecimal number = new BigDecimal(json.nextString());
            if (Math.abs(number.scale()) <= EXPONENTS) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong("a number's exponent is beyond all sums: " + shown(e.getMessage()));
        }
        throw wrong("a number's exponent is beyond all sums");
    }

    String text() throws IOException {
        expect(JsonToken.STRING, "a text");
        return json.nextString();
    }

    double number() throws IOException {
        expect(JsonToken.NUMBER, "a number");
        return json.nextDouble();
    }

    long whole() throws IOException {
        expect(JsonToken.NUMBER, "a whole number");
        try {
            return json.nextLong();
        } catch (NumberFormatException e) {
            throw wrong("expected a whole number of at most 63 bits");
        }
    }

    long count() throws IOException {
        long count = whole();
        if (count < 0) {
            throw wrong("expected a count, 0 or more, but found " + count);
        }
        return count;
    }

    Instant date() throws IOException {
        String text = text();
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw wrong("expected a date like 2026-11-23T10:15:30Z, but found " + quote(text));
        }
    }

    private void expect(JsonToken token, String what) throws IOException {
        JsonToken found = json.peek();
        if (found != token) {
            throw wrong("expected " + what + ", but found " + found);
        }
    }

    void require(Set<String> seen, String... keys) throws InvalidStatisticsException {
        for (String key : keys) {
            if (!seen.contains(key)) {
                throw wrong("the key " + quote(key) + " is missing; is it the right file?");
            }
        }
    }

    InvalidStatisticsException unknown(String key) {
        return wrong(
                "the key "
                        + quote(key)
                        + " is unknown; a newer Rangefinder may have written it: use that one");
    }

    InvalidStatisticsException wrong(String problem) {
        return new InvalidStatisticsException(file, "at " + place() + ": " + problem);
    }

    private String place() {
        return shown(json.getPath());
    }

    static String quote(String text) {
        return '"' + shown(text) + '"';
    }

    /** Text of a file in a message: on one line, and not too long. */
    private static String shown(String text) {
        String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
