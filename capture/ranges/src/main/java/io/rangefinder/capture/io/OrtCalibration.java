package io.rangefinder.capture.io;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.rangefinder.capture.files.BoundedFile;
import io.rangefinder.capture.files.FileTooLargeException;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InvalidRangesException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code calibration.json} that ONNX Runtime's {@code write_calibration_table} writes, of which
 * <a
 * href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/python/tools/quantization/calibrate.py">its
 * quantization tool</a> says the form: each tensor's {@code lowest} and {@code highest}, as a
 * number or an array within an object; in versions before 1.16 a pair of numbers. What else is said
 * of a tensor, such as its histogram, is passed over.
 */
final class OrtCalibration {

    private static final Logger logger = LoggerFactory.getLogger(OrtCalibration.class);

    private static final long MAX_BYTES = 64L << 20;

    /** What ONNX Runtime says of a tensor. */
    private static final Set<String> FACTS =
            Set.of("lowest", "highest", "avg", "std", "hist", "hist_edges", "bins", "CLS");

    private static final String CLASS = "CLS";
    private static final String ALL = "TensorsData";
    private static final String DATA = "data";

    private final Path file;
    private final JsonReader json;
    private final DynamicRanges.Builder ranges = DynamicRanges.builder();
    private final Set<String> names = new HashSet<>();

    private OrtCalibration(Path file, JsonReader json) {
        this.file = file;
        this.json = json;
        // Python writes NaN and Infinity as they are.
        json.setStrictness(Strictness.LENIENT);
    }

    /** Whether a file of JSON is one, by its first key and what that holds. */
    static boolean isOne(Path file) throws IOException {
        try (JsonReader json = open(file)) {
            json.setStrictness(Strictness.LENIENT);
            json.beginObject();
            if (!json.hasNext()) {
                return false;
            }
            String first = json.nextName();
            if (json.peek() == JsonToken.BEGIN_ARRAY) {
                return true;
            }
            if (json.peek() != JsonToken.BEGIN_OBJECT) {
                return first.equals(CLASS) && json.nextString().equals(ALL);
            }
            json.beginObject();
            // Statistics have tensors below this key, one of which may have any name.
            return json.hasNext() && !first.equals("tensors") && FACTS.contains(json.nextName());
        } catch (MalformedJsonException
                | IllegalStateException
                | EOFException
                | FileTooLargeException
                | CharacterCodingException e) {
            // Whoever reads it by its format says so.
            return false;
        }
    }

    static DynamicRanges read(Path file) throws IOException {
        try (JsonReader json = open(file)) {
            return new OrtCalibration(file, json).read();
        } catch (MalformedJsonException e) {
            throw new InvalidRangesException(
                    file,
                    "malformed JSON: "
                            + e.getMessage().lines().findFirst().orElse("")
                            + "; write it anew");
        } catch (EOFException e) {
            throw new InvalidRangesException(file, "it ends too early; write it anew");
        } catch (FileTooLargeException e) {
            throw new InvalidRangesException(
                    file,
                    "it is larger than "
                            + (MAX_BYTES >> 20)
                            + " MiB, the most that is read; is it the right file?");
        } catch (CharacterCodingException e) {
            throw new InvalidRangesException(file, "it is not UTF-8 text; is it the right file?");
        }
    }

    private static JsonReader open(Path file) throws IOException {
        return new JsonReader(
                new InputStreamReader(
                        BoundedFile.open(file, MAX_BYTES), StandardCharsets.UTF_8.newDecoder()));
    }

    private DynamicRanges read() throws IOException {
        expect(JsonToken.BEGIN_OBJECT, "an object");
        json.beginObject();
        boolean whole = false;
        while (json.hasNext()) {
            String key = json.nextName();
            if (json.peek() == JsonToken.STRING) {
                whole |= json.nextString().equals(ALL);
            } else if (whole && key.equals(DATA)) {
                tensors();
            } else if (whole) {
                // How it was calibrated.
                json.skipValue();
            } else {
                tensor(key);
            }
        }
        json.endObject();
        expect(JsonToken.END_DOCUMENT, "the end of the file");
        return ranges.build();
    }

    /** All tensors, of a whole {@code TensorsData}. */
    private void tensors() throws IOException {
        expect(JsonToken.BEGIN_OBJECT, "an object");
        json.beginObject();
        while (json.hasNext()) {
            tensor(json.nextName());
        }
        json.endObject();
    }

    private void tensor(String name) throws IOException {
        Optional<Double> amax =
                json.peek() == JsonToken.BEGIN_ARRAY ? Optional.of(greatest()) : ofFacts();
        if (!names.add(name)) {
            throw wrong("'" + name + "' is there already; remove one of the two");
        }
        if (amax.isEmpty()) {
            throw wrong(
                    "neither lowest nor highest is said of '"
                            + name
                            + "'; calibrate with MinMax, Entropy or Percentile");
        }
        add(name, amax.get());
    }

    private void add(String name, double amax) throws InvalidRangesException {
        if (!Double.isFinite(amax)) {
            logger.warn(
                    "{}: the range of '{}' is not finite, so it has none; calibrate this tensor"
                            + " again if its layer should run in INT8",
                    file,
                    name);
            ranges.addWithoutRange(name);
        } else if (amax == 0) {
            ranges.addWithoutRange(name);
        } else {
            try {
                ranges.add(name, new DynamicRange(amax));
            } catch (IllegalArgumentException e) {
                throw wrong(
                        "the range of '"
                                + name
                                + "' is beyond what a float32 scale can hold: "
                                + amax
                                + "; correct it, or write 0 for a tensor without range");
            }
        }
    }

    /** The greatest absolute value of what bounds a tensor, channel by channel or in one. */
    private Optional<Double> ofFacts() throws IOException {
        expect(JsonToken.BEGIN_OBJECT, "an object or a pair of numbers");
        Optional<Double> amax = Optional.empty();
        json.beginObject();
        while (json.hasNext()) {
            String fact = json.nextName();
            if (fact.equals("lowest") || fact.equals("highest")) {
                amax = Optional.of(Math.max(amax.orElse(0.0), bound()));
            } else {
                json.skipValue();
            }
        }
        json.endObject();
        return amax;
    }

    private double bound() throws IOException {
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            return greatest();
        }
        double amax = 0;
        json.beginObject();
        while (json.hasNext()) {
            if (json.nextName().equals(DATA)) {
                amax = greatest();
            } else {
                json.skipValue();
            }
        }
        json.endObject();
        return amax;
    }

    /** The greatest absolute value of a number or of an array of any number of axes. */
    private double greatest() throws IOException {
        int depth = 0;
        double amax = 0;
        do {
            switch (json.peek()) {
                case BEGIN_ARRAY -> {
                    json.beginArray();
                    depth++;
                }
                case END_ARRAY -> {
                    json.endArray();
                    depth--;
                }
                case NUMBER, STRING -> amax = Math.max(amax, Math.abs(number()));
                default -> throw wrong("expected a number, but found " + json.peek());
            }
        } while (depth > 0);
        return amax;
    }

    private double number() throws IOException {
        try {
            return json.nextDouble();
        } catch (NumberFormatException e) {
            throw wrong("expected a number, but found a text");
        }
    }

    private void expect(JsonToken token, String what) throws IOException {
        if (json.peek() != token) {
            throw wrong("expected " + what + ", but found " + json.peek());
        }
    }

    private InvalidRangesException wrong(String problem) {
        String place = json.getPath().replaceAll("\\p{Cntrl}", "?");
        String shown = place.length() > 120 ? place.substring(0, 120) + "…" : place;
        return new InvalidRangesException(file, "at " + shown + ": " + problem);
    }
}
