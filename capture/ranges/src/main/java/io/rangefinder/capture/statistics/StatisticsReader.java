package io.rangefinder.capture.statistics;

import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads what {@link StatisticsFile} writes, key by key in any order, and takes nothing else. */
final class StatisticsReader implements Closeable {

    private final StrictJson json;
    private final TallyReader tallies;
    private long version = StatisticsFile.VERSION;

    StatisticsReader(Path file, Reader text) {
        json = new StrictJson(file, text);
        tallies = new TallyReader(json);
    }

    ModelStatistics read() throws IOException {
        return json.document(this::model);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    private ModelStatistics model() throws IOException {
        ModelStatistics.Builder model = ModelStatistics.builder();
        Set<String> seen =
                json.object(
                        key -> {
                            switch (key) {
                                case "format" -> format();
                                case "version" -> version();
                                case "provenance" -> model.optProvenance(provenance());
                                case "observers" -> tallies.observers();
                                case "tensors" -> tensors(model);
                                default -> throw json.unknown(key);
                            }
                        });
        json.require(seen, "format", "version", "provenance", "tensors");
        if (version == StatisticsFile.VERSION && seen.contains("observers")) {
            throw json.wrong("version 1 of the format has no key \"observers\"; write it anew");
        }
        tallies.columns().forEach(model::addObserver);
        return model.build();
    }

    private void tensors(ModelStatistics.Builder model) throws IOException {
        if (version == StatisticsFile.WITH_OBSERVERS && tallies.columns().isEmpty()) {
            throw json.wrong(
                    "version 2 of the format names its observers before its tensors, but this file"
                            + " does not; write it anew");
        }
        json.object(name -> model.add(name, tallies.tensor()));
    }

    private void format() throws IOException {
        String format = json.text();
        if (!format.equals(StatisticsFile.FORMAT)) {
            throw json.wrong(
                    "the format is "
                            + StrictJson.quote(format)
                            + ", not "
                            + StatisticsFile.FORMAT
                            + "; is it the right file?");
        }
    }

    private void version() throws IOException {
        version = json.whole();
        if (version != StatisticsFile.VERSION && version != StatisticsFile.WITH_OBSERVERS) {
            throw json.wrong(
                    "version "
                            + version
                            + " of the format cannot be read, only "
                            + StatisticsFile.VERSION
                            + " and "
                            + StatisticsFile.WITH_OBSERVERS
                            + "; use the Rangefinder that wrote it");
        }
    }

    private Provenance provenance() throws IOException {
        ProvenanceParts parts = new ProvenanceParts();
        json.object(
                key -> {
                    switch (key) {
                        case "model" -> parts.model = Optional.of(json.text());
                        case "inputs" -> inputs(parts.inputs);
                        case "samples" -> parts.samples = json.count();
                        case "method" -> parts.method = Optional.of(json.text());
                        case "generator" -> parts.version = Optional.of(json.text());
                        case "date" -> parts.date = Optional.of(json.date());
                        case "calibrationCache" -> parts.cacheHeader = Optional.of(json.text());
                        case "moduleMethod" -> parts.moduleMethod = json.text();
                        case "arguments" ->
                                json.object(name -> parts.arguments.put(name, json.text()));
                        default -> throw json.unknown(key);
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
        json.list(
                () -> {
                    String[] texts = {"", ""};
                    List<Long> shape = new ArrayList<>();
                    List<Long> least = new ArrayList<>();
                    Set<String> seen =
                            json.object(
                                    key -> {
                                        switch (key) {
                                            case "name" -> texts[0] = json.text();
                                            case "type" -> texts[1] = json.text();
                                            case "shape" -> shape(shape);
                                            case "least" -> shape(least);
                                            default -> throw json.unknown(key);
                                        }
                                    });
                    json.require(seen, "name", "type", "shape");
                    try {
                        inputs.add(
                                new InputDescription(
                                        texts[0],
                                        texts[1],
                                        shape,
                                        seen.contains("least") ? least : shape));
                    } catch (IllegalArgumentException e) {
                        throw json.wrong(e.getMessage());
                    }
                });
    }

    private void shape(List<Long> shape) throws IOException {
        json.list(() -> shape.add(json.whole()));
    }
}
