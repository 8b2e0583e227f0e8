package io.rangefinder.capture.statistics;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads what {@link StatisticsFile} writes, key by key in any order, and takes nothing else. */
final class StatisticsReader implements Closeable {

    private static final int LONGEST = 120;

    private final Path file;
    private final JsonReader json;

    StatisticsReader(Path file, Reader text) {
        this.file = file;
        this.json = new JsonReader(text);
        json.setStrictness(Strictness.STRICT);
    }

    ModelStatistics read() throws IOException {
        try {
            ModelStatistics statistics = model();
            expect(JsonToken.END_DOCUMENT, "the end of the file");
            return statistics;
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

    @Override
    public void close() throws IOException {
        json.close();
    }

    /** Reads the value of one key. */
    @FunctionalInterface
    private interface Member {
        void read(String key) throws IOException;
    }

    private ModelStatistics model() throws IOException {
        ModelStatistics.Builder model = ModelStatistics.builder();
        Set<String> seen =
                object(
                        key -> {
                            switch (key) {
                                case "format" -> format();
                                case "version" -> version();
                                case "provenance" -> model.optProvenance(provenance());
                                case "tensors" -> object(name -> model.add(name, tensor()));
                                default -> throw unknown(key);
                            }
                        });
        require(seen, "format", "version", "provenance", "tensors");
        return model.build();
    }

    private void format() throws IOException {
        String format = text();
        if (!format.equals(StatisticsFile.FORMAT)) {
            throw wrong(
                    "the format is "
                            + quote(format)
                            + ", not "
                            + StatisticsFile.FORMAT
                            + "; is it the right file?");
        }
    }

    private void version() throws IOException {
        long version = whole();
        if (version != StatisticsFile.VERSION) {
            throw wrong(
                    "version "
                            + version
                            + " of the format cannot be read, only "
                            + StatisticsFile.VERSION
                            + "; use the Rangefinder that wrote it");
        }
    }

    private Provenance provenance() throws IOException {
        ProvenanceParts parts = new ProvenanceParts();
        object(
                key -> {
                    switch (key) {
                        case "model" -> parts.model = Optional.of(text());
                        case "inputs" -> inputs(parts.inputs);
                        case "samples" -> parts.samples = count();
                        case "method" -> parts.method = Optional.of(text());
                        case "generator" -> parts.version = Optional.of(text());
                        case "date" -> parts.date = Optional.of(date());
                        case "calibrationCache" -> parts.cacheHeader = Optional.of(text());
                        case "moduleMethod" -> parts.moduleMethod = text();
                        case "arguments" -> object(name -> parts.arguments.put(name, text()));
                        default -> throw unknown(key);
                    }
                });
        return new Provenance(
                parts.model,
                parts.inputs,
                parts.samples,
                parts.method,
                parts.version,
                parts.date,
                parts.cacheHeader,
                new ModelCall(parts.moduleMethod, parts.arguments));
    }

    private static final class ProvenanceParts {
        private final List<InputDescription> inputs = new ArrayList<>();
        private long samples;
        private Optional<String> model = Optional.empty();
        private Optional<String> method = Optional.empty();
        private Optional<String> version = Optional.empty();
        private Optional<Instant> date = Optional.empty();
        private Optional<String> cacheHeader = Optional.empty();
        private String moduleMethod = ModelCall.FORWARD;
        private final Map<String, String> arguments = new TreeMap<>();
    }

    private void inputs(List<InputDescription> inputs) throws IOException {
        begin(JsonToken.BEGIN_ARRAY, "a list");
        while (json.hasNext()) {
            String[] texts = {"", ""};
            List<Long> shape = new ArrayList<>();
            List<Long> least = new ArrayList<>();
            Set<String> seen =
                    object(
                            key -> {
                                switch (key) {
                                    case "name" -> texts[0] = text();
                                    case "type" -> texts[1] = text();
                                    case "shape" -> shape(shape);
                                    case "least" -> shape(least);
                                    default -> throw unknown(key);
                                }
                            });
            require(seen, "name", "type", "shape");
            try {
                inputs.add(
                        new InputDescription(
                                texts[0], texts[1], shape, seen.contains("least") ? least : shape));
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage());
            }
        }
        json.endArray();
    }

    private void shape(List<Long> shape) throws IOException {
        begin(JsonToken.BEGIN_ARRAY, "a list");
        while (json.hasNext()) {
            shape.add(whole());
        }
        json.endArray();
    }

    private TensorStatistics tensor() throws IOException {
        TensorParts parts = new TensorParts();
        Set<String> seen =
                object(
                        key -> {
                            switch (key) {
                                case "count" -> parts.count = count();
                                case "min" -> parts.min = number();
                                case "max" -> parts.max = number();
                                case "nan" -> parts.nan = count();
                                case "positiveInfinities" -> parts.positive = count();
                                case "negativeInfinities" -> parts.negative = count();
                                default -> throw unknown(key);
                            }
                        });
        require(seen, "count");
        try {
            return new TensorStatistics(
                    parts.count, parts.min, parts.max, parts.nan, parts.positive, parts.negative);
        } catch (IllegalArgumentException e) {
            throw wrong("the numbers do not agree: " + e.getMessage());
        }
    }

    private static final class TensorParts {
        private long count;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;
        private long nan;
        private long positive;
        private long negative;
    }

    /** Reads an object and returns its keys. */
    private Set<String> object(Member member) throws IOException {
        begin(JsonToken.BEGIN_OBJECT, "an object");
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

    private void begin(JsonToken bracket, String what) throws IOException {
        expect(bracket, what);
        if (bracket == JsonToken.BEGIN_OBJECT) {
            json.beginObject();
        } else {
            json.beginArray();
        }
    }

    private String text() throws IOException {
        expect(JsonToken.STRING, "a text");
        return json.nextString();
    }

    private double number() throws IOException {
        expect(JsonToken.NUMBER, "a number");
        return json.nextDouble();
    }

    private long whole() throws IOException {
        expect(JsonToken.NUMBER, "a whole number");
        try {
            return json.nextLong();
        } catch (NumberFormatException e) {
            throw wrong("expected a whole number of at most 63 bits");
        }
    }

    private long count() throws IOException {
        long count = whole();
        if (count < 0) {
            throw wrong("expected a count, 0 or more, but found " + count);
        }
        return count;
    }

    private Instant date() throws IOException {
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

    private void require(Set<String> seen, String... keys) throws InvalidStatisticsException {
        for (String key : keys) {
            if (!seen.contains(key)) {
                throw wrong("the key " + quote(key) + " is missing; is it the right file?");
            }
        }
    }

    private InvalidStatisticsException unknown(String key) {
        return wrong(
                "the key "
                        + quote(key)
                        + " is unknown; a newer Rangefinder may have written it: use that one");
    }

    private InvalidStatisticsException wrong(String problem) {
        return new InvalidStatisticsException(file, "at " + place() + ": " + problem);
    }

    private String place() {
        return shown(json.getPath());
    }

    private static String quote(String text) {
        return '"' + shown(text) + '"';
    }

    /** Text of a file in a message: on one line, and not too long. */
    private static String shown(String text) {
        String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
