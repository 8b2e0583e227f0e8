package io.rangefinder.engine.tensorrt.plan;

import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Reads {@link PlanOptions} from engine options, which are texts. */
final class PlanOptionReader {

    private final Map<String, ?> options;

    private PlanOptionReader(Map<String, ?> options) {
        this.options = options;
    }

    static PlanOptions read(Map<String, ?> options) {
        return new PlanOptionReader(options).read();
    }

    private PlanOptions read() {
        PlanOptions.Builder builder = PlanOptions.builder();
        with("mode", t -> builder.optMode(constant("mode", PlanMode.class, t)));
        with("fp16", t -> builder.optFp16(flag("fp16", t)));
        with("workspace", t -> builder.optWorkspace(bytes(t)));
        with("timingCache", t -> builder.optTimingCache(Path.of(t)));
        with("dlaCore", t -> builder.optDlaCore(Math.toIntExact(number("dlaCore", t))));
        with(
                "optimizationLevel",
                t -> builder.optOptimizationLevel(Math.toIntExact(number("optimizationLevel", t))));
        with("tacticSources", t -> builder.optTacticSources(sources(t)));
        with("floatLayers", t -> list(t).forEach(builder::addFloatLayer));
        with("batchSize", t -> builder.optBatch(number("batchSize", t)));
        with("inputShapes", t -> list(t).forEach(s -> shape(builder, s)));
        return builder.build();
    }

    private void with(String name, Consumer<String> reader) {
        Optional.ofNullable(options.get(name)).map(Object::toString).ifPresent(reader);
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(t -> !t.isEmpty()).toList();
    }

    private static <E extends Enum<E>> E constant(String option, Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> c.name().equalsIgnoreCase(text.strip()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "option "
                                                + option
                                                + " must be one of "
                                                + Arrays.toString(type.getEnumConstants())
                                                        .toLowerCase(Locale.ROOT)
                                                + " but is "
                                                + text));
    }

    private static Set<TacticSource> sources(String text) {
        Set<TacticSource> sources = EnumSet.noneOf(TacticSource.class);
        list(text).forEach(s -> sources.add(constant("tacticSources", TacticSource.class, s)));
        return sources;
    }

    private static boolean flag(String option, String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "option " + option + " must be true or false but is " + text);
        };
    }

    private static long number(String option, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "option " + option + " must be a whole number but is " + text, e);
        }
    }

    private static long bytes(String text) {
        String digits = text.strip().toUpperCase(Locale.ROOT);
        int shift =
                digits.isEmpty()
                        ? 0
                        : switch (digits.charAt(digits.length() - 1)) {
                            case 'K' -> 10;
                            case 'M' -> 20;
                            case 'G' -> 30;
                            default -> 0;
                        };
        try {
            long number =
                    Long.parseLong(shift == 0 ? digits : digits.substring(0, digits.length() - 1));
            return Math.multiplyExact(number, 1L << shift);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "option workspace must be a number of bytes, such as 1073741824 or 1G, but is "
                            + text,
                    e);
        }
    }

    private static void shape(PlanOptions.Builder builder, String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || !text.substring(colon + 1).matches("\\d{1,9}(x\\d{1,9})*")) {
            throw new IllegalArgumentException(
                    "option inputShapes must be such as input:1x3x224x224 but is " + text);
        }
        long[] axes =
                Arrays.stream(text.substring(colon + 1).split("x"))
                        .mapToLong(Long::parseLong)
                        .toArray();
        builder.optInputShape(text.substring(0, colon), new Shape(axes));
    }
}
