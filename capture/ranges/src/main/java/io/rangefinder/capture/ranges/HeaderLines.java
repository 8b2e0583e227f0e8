package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines {@code # key: value} of a {@link RangeFormat#RANGES} file, and the provenance in it.
 */
final class HeaderLines {

    static final String MARK = "#";

    private static final String MODEL = "model";
    private static final String INPUT = "input";
    private static final String SAMPLES = "samples";
    private static final String METHOD = "method";
    private static final String VERSION = "version";
    private static final String DATE = "date";
    private static final String CACHE = "calibration-cache";
    private static final String MODULE_METHOD = "module-method";
    private static final String ARGUMENT = "argument";
    private static final String WITHOUT_RANGE = "without-range";

    /**
     * A name may hold spaces and brackets, a type and a shape do not: they are found from behind.
     */
    private static final Pattern INPUT_VALUE =
            Pattern.compile("(.+) ([^ ]+) \\[([-+0-9., ]*+)\\] *", Pattern.DOTALL);

    private static final Pattern KEYED =
            Pattern.compile(
                    MARK
                            + " *(?:"
                            + String.join(
                                    "|",
                                    MODEL,
                                    INPUT,
                                    SAMPLES,
                                    METHOD,
                                    VERSION,
                                    DATE,
                                    CACHE,
                                    MODULE_METHOD,
                                    ARGUMENT,
                                    WITHOUT_RANGE)
                            + ") *:");

    private final LineReader in;
    private final List<InputDescription> inputs = new ArrayList<>();
    private final Map<String, Integer> lineOf = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, String> arguments = new HashMap<>();
    private long samples;
    private Optional<Instant> date = Optional.empty();

    HeaderLines(LineReader in) {
        this.in = in;
    }

    /** Whether a line is {@code # key: value} with a key of ours. */
    static boolean isKeyed(String line) {
        return KEYED.matcher(line).lookingAt();
    }

    /**
     * Takes a line that begins with the mark; one with no key, or a key of the future, is passed.
     */
    void add(String line) throws InvalidRangesException {
        int colon = line.indexOf(':');
        if (colon < 0) {
            return;
        }
        String key = line.substring(MARK.length(), colon).strip();
        String rest = line.substring(colon + 1);
        String value = rest.startsWith(" ") ? rest.substring(1) : rest;
        switch (key) {
            case ARGUMENT -> argument(checked(key, value));
            case INPUT -> inputs.add(input(checked(key, value)));
            case SAMPLES -> samples = samples(once(key, value).strip());
            case DATE -> date = Optional.of(date(once(key, value).strip()));
            case MODEL, METHOD, VERSION, MODULE_METHOD -> texts.put(key, once(key, value));
            case CACHE -> texts.put(key, cacheHeader(once(key, value).strip()));
            default -> {}
        }
    }

    Provenance build() {
        return new Provenance(
                Optional.ofNullable(texts.get(MODEL)),
                inputs,
                samples,
                Optional.ofNullable(texts.get(METHOD)),
                Optional.ofNullable(texts.get(VERSION)),
                date,
                Optional.ofNullable(texts.get(CACHE)),
                new ModelCall(texts.getOrDefault(MODULE_METHOD, ModelCall.FORWARD), arguments));
    }

    static void write(DynamicRanges ranges, LineWriter out) throws IOException {
        Provenance provenance = ranges.provenance();
        write(MODEL, provenance.modelDigest(), out);
        ModelCall call = provenance.call();
        write(
                MODULE_METHOD,
                Optional.of(call.method()).filter(m -> !m.equals(ModelCall.FORWARD)),
                out);
        for (Map.Entry<String, String> argument : call.arguments().entrySet()) {
            write(ARGUMENT, Optional.of(argument.getKey() + "=" + argument.getValue()), out);
        }
        for (InputDescription input : provenance.inputs()) {
            write(INPUT, Optional.of(print(input, out)), out);
        }
        write(SAMPLES, Optional.of(provenance.samples()).filter(n -> n > 0), out);
        write(METHOD, provenance.method(), out);
        write(VERSION, provenance.version(), out);
        write(DATE, provenance.date(), out);
        if (provenance.cacheHeader().isPresent()) {
            String header = CalibrationCacheLines.header(provenance.cacheHeader().get(), out);
            write(CACHE, Optional.of(header), out);
        }
        write(WITHOUT_RANGE, Optional.of(ranges.withoutRange().size()).filter(n -> n > 0), out);
    }

    private static void write(String key, Optional<?> value, LineWriter out) throws IOException {
        if (value.isPresent()) {
            String text = out.value("the " + key, value.get().toString());
            out.line(MARK + " " + key + ": " + text);
        }
    }

    private static String print(InputDescription input, LineWriter out) throws IOException {
        String name = out.name("input", input.name());
        if (input.type().isEmpty() || input.type().contains(" ")) {
            throw out.wrong(
                    "the type of input "
                            + Quoted.of(name)
                            + " must be one word, but is "
                            + Quoted.of(input.type()));
        }
        return name + " " + input.type() + " " + input.axes();
    }

    private String once(String key, String value) throws InvalidRangesException {
        Integer earlier = lineOf.putIfAbsent(key, in.line());
        if (earlier != null) {
            throw in.wrong(
                    "the header's "
                            + key
                            + " was given on line "
                            + earlier
                            + " already; remove one of the two lines");
        }
        return checked(key, value);
    }

    private String checked(String key, String value) throws InvalidRangesException {
        if (LineText.holdsForbidden(value)) {
            throw in.wrong(
                    "the header's "
                            + key
                            + " "
                            + Quoted.of(value)
                            + " holds "
                            + LineText.FORBIDDEN
                            + "; remove it");
        }
        return value;
    }

    private void argument(String value) throws InvalidRangesException {
        int equals = value.indexOf('=');
        if (equals <= 0
                || arguments.put(value.substring(0, equals).strip(), value.substring(equals + 1))
                        != null) {
            throw in.wrong(
                    "an argument must read like rate=16000, once for each name, but is "
                            + Quoted.of(value));
        }
    }

    private InputDescription input(String value) throws InvalidRangesException {
        Matcher parts = INPUT_VALUE.matcher(value);
        if (parts.matches()) {
            try {
                return input(parts.group(1), parts.group(2), parts.group(3).strip());
            } catch (IllegalArgumentException e) {
                // An axis that is no number, or spans none, is said below, as any other mistake.
            }
        }
        throw in.wrong(
                "an input must read like \"x float32 [32, 3, 224, 224]\", or \"[32, 9..16]\" where"
                        + " a length varied, but is "
                        + Quoted.of(value));
    }

    private static InputDescription input(String name, String type, String axes) {
        List<Long> greatest = new ArrayList<>();
        List<Long> least = new ArrayList<>();
        for (String axis : axes.isEmpty() ? new String[0] : axes.split(",", -1)) {
            int to = axis.indexOf(InputDescription.TO);
            String from = to < 0 ? axis : axis.substring(0, to);
            String end = to < 0 ? axis : axis.substring(to + InputDescription.TO.length());
            least.add(Long.valueOf(from.strip()));
            greatest.add(Long.valueOf(end.strip()));
        }
        return new InputDescription(name, type, greatest, least);
    }

    private long samples(String value) throws InvalidRangesException {
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as a negative number is.
        }
        throw in.wrong(
                "samples must be a whole number, 0 or more, but is "
                        + Quoted.of(value)
                        + "; correct or remove the line");
    }

    private Instant date(String value) throws InvalidRangesException {
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw in.wrong(
                    "the date must read like 2026-11-23T10:15:30Z, but is "
                            + Quoted.of(value)
                            + "; correct or remove the line");
        }
    }

    private String cacheHeader(String value) throws InvalidRangesException {
        if (!CalibrationCacheLines.isHeader(value)) {
            throw in.wrong(
                    "the calibration-cache must be the first line of one, like "
                            + CalibrationCacheLines.DEFAULT_HEADER
                            + ", but is "
                            + Quoted.of(value)
                            + "; correct or remove the line");
        }
        return value;
    }
}
