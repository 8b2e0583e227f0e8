package io.rangefinder.capture.statistics;

import com.google.gson.stream.JsonWriter;
import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.capture.files.BoundedFile;
import io.rangefinder.capture.files.FileTooLargeException;
import io.rangefinder.capture.observers.Column;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.Tally;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The {@code .json} file of whole statistics, so that processes which captured parts can be merged.
 *
 * <pre>{@code
 * {
 *   "format": "rangefinder-statistics",
 *   "version": 1,
 *   "provenance": {
 *     "model": "sha256:…",
 *     "inputs": [{"name": "x", "type": "float32", "shape": [32, 1, 28, 28]}],
 *     "samples": 512
 *   },
 *   "tensors": {
 *     "conv1": {"count": 401408, "min": -3.25, "max": 2.5},
 *     "bad": {"count": 3, "nan": 2, "positiveInfinities": 1}
 *   }
 * }
 * }</pre>
 *
 * <p>What is unknown or 0 is left out; so are {@code min} and {@code max} where no element was
 * finite, which is how the infinities they then are get into JSON. Doubles come back unchanged to
 * the bit. The provenance may also hold {@code method}, {@code generator} (the version of
 * Rangefinder), {@code date}, {@code calibrationCache}, {@code moduleMethod} and {@code arguments},
 * an input the {@code least} lengths of its axes if some varied. An unknown key is an error: passed
 * over, what it holds would be missing from a merge.
 *
 * <p>What others than the standard observers saw stands in files of version 2, which name their
 * columns before {@code tensors}, so that the numbers add where an observer's class is unknown,
 * too:
 *
 * <pre>{@code
 * "version": 2,
 * "provenance": {…},
 * "observers": {
 *   "magnitudes": {"below": "count", "bins": "count"}
 * },
 * "tensors": {
 *   "conv1": {
 *     "count": 401408, "min": -3.25, "max": 2.5,
 *     "magnitudes": {"below": [0, 0], "bins": [300000, 101408]}
 *   }
 * }
 * }</pre>
 *
 * <p>A column of one number is that number, one of several a list, in which {@code null} stands for
 * an extreme of nothing. Of an observer's columns the first is always there; others are left out
 * where they saw nothing.
 */
public final class StatisticsFile {

    static final String FORMAT = "rangefinder-statistics";
    static final int VERSION = 1;

    /** The version of files that hold what others than the standard observers saw. */
    static final int WITH_OBSERVERS = 2;

    /** Some 300 000 tensors; a large model has thousands. */
    static final long MAX_BYTES = 64L << 20;

    private StatisticsFile() {}

    /**
     * Reads statistics.
     *
     * @param file a file of at most 64 MiB
     * @return what it holds, in its order
     * @throws InvalidStatisticsException if it is malformed, too large, or of a newer version
     * @throws IOException if it cannot be read
     */
    public static ModelStatistics read(Path file) throws IOException {
        try (InputStream in = BoundedFile.open(file, MAX_BYTES);
                Reader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
                StatisticsReader reader = new StatisticsReader(file, text)) {
            return reader.read();
        } catch (FileTooLargeException e) {
            throw new InvalidStatisticsException(
                    file,
                    "it is larger than "
                            + (MAX_BYTES >> 20)
                            + " MiB, the most that is read as statistics; is it the right file?");
        } catch (CharacterCodingException e) {
            throw new InvalidStatisticsException(
                    file, "it is not UTF-8 text; is it the right file?");
        }
    }

    /**
     * Writes statistics, whole or not at all.
     *
     * @param statistics the statistics
     * @param file the file to make or to replace
     * @throws InvalidStatisticsException if a name holds half a surrogate pair, which UTF-8 cannot
     * @throws IOException if it cannot be written
     */
    public static void write(ModelStatistics statistics, Path file) throws IOException {
        try {
            AtomicFile.write(file, out -> write(statistics, out));
        } catch (CharacterCodingException e) {
            throw new InvalidStatisticsException(
                    file,
                    "cannot be written: a name in it is not Unicode text but holds half a surrogate"
                            + " pair; rename the tensor");
        }
    }

    private static void write(ModelStatistics statistics, OutputStream out) throws IOException {
        // A writer made from the charset's name would put "?" where a name cannot be encoded.
        Writer text =
                new BufferedWriter(
                        new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder()));
        JsonWriter json = new JsonWriter(text);
        json.setIndent("  ");
        json.beginObject();
        json.name("format").value(FORMAT);
        SortedMap<String, List<Column>> observers = new TreeMap<>(statistics.observers());
        Observers.STANDARD.names().forEach(observers::remove);
        json.name("version").value(observers.isEmpty() ? VERSION : WITH_OBSERVERS);
        json.name("provenance");
        write(statistics.provenance(), json);
        if (!observers.isEmpty()) {
            write(observers, json);
        }
        json.name("tensors").beginObject();
        for (Map.Entry<String, TensorStatistics> tensor : statistics.asMap().entrySet()) {
            json.name(tensor.getKey());
            write(tensor.getValue(), json);
        }
        json.endObject();
        json.endObject();
        text.write('\n');
        text.flush();
    }

    private static void write(Provenance provenance, JsonWriter json) throws IOException {
        json.beginObject();
        write("model", provenance.modelDigest(), json);
        json.name("inputs").beginArray();
        for (InputDescription input : provenance.inputs()) {
            json.beginObject();
            json.name("name").value(input.name());
            json.name("type").value(input.type());
            write("shape", input.shape(), json);
            if (!input.least().equals(input.shape())) {
                write("least", input.least(), json);
            }
            json.endObject();
        }
        json.endArray();
        json.name("samples").value(provenance.samples());
        write("method", provenance.method(), json);
        write("generator", provenance.version(), json);
        write("date", provenance.date(), json);
        write("calibrationCache", provenance.cacheHeader(), json);
        ModelCall call = provenance.call();
        write(
                "moduleMethod",
                Optional.of(call.method()).filter(m -> !m.equals(ModelCall.FORWARD)),
                json);
        if (!call.arguments().isEmpty()) {
            json.name("arguments").beginObject();
            for (Map.Entry<String, String> argument : call.arguments().entrySet()) {
                json.name(argument.getKey()).value(argument.getValue());
            }
            json.endObject();
        }
        json.endObject();
    }

    private static void write(String key, List<Long> lengths, JsonWriter json) throws IOException {
        json.name(key).beginArray();
        for (long length : lengths) {
            json.value(length);
        }
        json.endArray();
    }

    private static void write(String key, Optional<?> value, JsonWriter json) throws IOException {
        if (value.isPresent()) {
            json.name(key).value(value.get().toString());
        }
    }

    private static void write(SortedMap<String, List<Column>> observers, JsonWriter json)
            throws IOException {
        json.name("observers").beginObject();
        for (Map.Entry<String, List<Column>> observer : observers.entrySet()) {
            json.name(observer.getKey()).beginObject();
            for (Column column : observer.getValue()) {
                json.name(column.name()).value(column.kind().word());
            }
            json.endObject();
        }
        json.endObject();
    }

    private static void write(TensorStatistics tensor, JsonWriter json) throws IOException {
        json.beginObject();
        write(tensor.minMax(), json);
        for (Map.Entry<String, Tally> other : tensor.others().entrySet()) {
            json.name(other.getKey()).beginObject();
            write(other.getValue(), json);
            json.endObject();
        }
        json.endObject();
    }

    /**
     * The first column always, which tells that there is something; others if they saw anything.
     */
    private static void write(Tally tally, JsonWriter json) throws IOException {
        for (Column column : tally.columns()) {
            if (column.equals(tally.columns().get(0)) || !tally.isEmpty(column.name())) {
                json.name(column.name());
                if (tally.width() > 1) {
                    json.beginArray();
                    write(tally, column, json);
                    json.endArray();
                } else {
                    write(tally, column, json);
                }
            }
        }
    }

    private static void write(Tally tally, Column column, JsonWriter json) throws IOException {
        switch (column.kind()) {
            case COUNT -> {
                for (long count : tally.counts(column.name())) {
                    json.value(count);
                }
            }
            case SUM -> {
                for (BigDecimal sum : tally.sums(column.name())) {
                    json.value(sum);
                }
            }
            case LEAST, GREATEST -> {
                for (double extreme : tally.extremes(column.name())) {
                    if (Double.isFinite(extreme)) {
                        json.value(extreme);
                    } else {
                        json.nullValue();
                    }
                }
            }
        }
    }
}
