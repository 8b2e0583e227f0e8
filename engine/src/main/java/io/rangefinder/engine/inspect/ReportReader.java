package io.rangefinder.engine.inspect;

import io.rangefinder.inspector.protocol.InspectionRequest;
import io.rangefinder.inspector.protocol.RecordLine;
import io.rangefinder.inspector.protocol.RecordType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what a child wrote, line by line, as far as it came: a child that crashed leaves half a
 * line. For one use.
 */
final class ReportReader {

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_RECORDS = 1 << 20;

    private final OptimizerLog log = new OptimizerLog();
    private final List<InspectionReport.ParserError> errors = new ArrayList<>();
    private final List<InspectionReport.Range> ranges = new ArrayList<>();
    private final List<String> withoutRange = new ArrayList<>();
    private final Set<RecordType> seen = EnumSet.noneOf(RecordType.class);
    private Optional<String> tensorRt = Optional.empty();
    private String failure = "";
    private int networkLayers;
    private int records;

    /**
     * Reads a report.
     *
     * @param file what the child wrote; may be missing
     * @return this reader
     * @throws IOException if the file can't be read, or if it is not of this version
     */
    ReportReader read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return this;
        }
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Optional<String> line = line(in);
            if (line.isPresent() && !line.get().equals(InspectionRequest.VERSION)) {
                throw new IOException("the report is not one of " + InspectionRequest.VERSION);
            }
            while (line.isPresent()) {
                line = line(in);
                if (line.isPresent()) {
                    add(RecordLine.fields(line.get()));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("the report is broken: " + e.getMessage(), e);
        }
        return this;
    }

    /** The next line that was ended; no longer than a record may be. */
    private static Optional<String> line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return Optional.of(line.toString());
            }
            if (line.length() == MOST_CHARACTERS) {
                throw new IOException("a line of the report is too long");
            }
            line.append((char) c);
        }
        return Optional.empty();
    }

    private void add(List<String> fields) {
        RecordType type = RecordType.of(fields.get(0));
        seen.add(type);
        if (type != RecordType.LOG && ++records > MOST_RECORDS) {
            throw new IllegalArgumentException("more than " + MOST_RECORDS + " records");
        }
        switch (type) {
            case TENSORRT -> tensorRt = Optional.of(fields.get(1));
            case LOG -> log.add(Integer.parseInt(fields.get(1)), fields.get(2));
            case ERROR ->
                    errors.add(
                            new InspectionReport.ParserError(
                                    fields.get(1), fields.get(2), fields.get(3).strip()));
            case LAYER -> {
                networkLayers++;
                log.addLayer(fields.get(1));
            }
            case RANGE ->
                    ranges.add(
                            new InspectionReport.Range(
                                    fields.get(1),
                                    Double.parseDouble(fields.get(2)),
                                    fields.get(3).toLowerCase(Locale.ROOT),
                                    Boolean.parseBoolean(fields.get(4))));
            case NO_RANGE -> withoutRange.add(fields.get(1));
            case FAILED -> failure = fields.get(1);
            case PLUGINS, INPUT, ACCEPTED, REJECTED, OPTIMIZED, STOPPED, FULL -> {
                // That they are there is what they tell.
            }
        }
    }

    boolean has(RecordType type) {
        return seen.contains(type);
    }

    OptimizerLog log() {
        return log;
    }

    List<InspectionReport.ParserError> errors() {
        return errors;
    }

    List<InspectionReport.Range> ranges() {
        return ranges;
    }

    List<String> withoutRange() {
        return withoutRange;
    }

    Optional<String> tensorRt() {
        return tensorRt;
    }

    String failure() {
        return failure;
    }

    int networkLayers() {
        return networkLayers;
    }
}
