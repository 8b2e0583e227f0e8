package io.rangefinder.capture.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * What several processes captured adds up to the same in whatever order it is merged; and what
 * can't be merged in one order can't be in another.
 */
class MergePropertiesTest {

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void mergingIsCommutative(
            @ForAll("captured") ModelStatistics one, @ForAll("captured") ModelStatistics other) {
        assertEquals(outcome(one, other), outcome(other, one));
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void mergingIsAssociative(
            @ForAll("captured") ModelStatistics one,
            @ForAll("captured") ModelStatistics other,
            @ForAll("captured") ModelStatistics third) {
        assertEquals(
                merged(one, other).flatMap(both -> merged(both, third)),
                merged(other, third).flatMap(both -> merged(one, both)));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void nothingIsNeutral(@ForAll("captured") ModelStatistics some) {
        assertEquals(some, some.merge(ModelStatistics.builder().build()));
        assertEquals(some, ModelStatistics.builder().build().merge(some));
    }

    private static Object outcome(ModelStatistics one, ModelStatistics other) {
        try {
            return one.merge(other);
        } catch (DifferentModelsException | DifferentCallsException e) {
            return e.getClass();
        }
    }

    private static Optional<ModelStatistics> merged(ModelStatistics one, ModelStatistics other) {
        try {
            return Optional.of(one.merge(other));
        } catch (DifferentModelsException | DifferentCallsException e) {
            return Optional.empty();
        }
    }

    @Provide
    Arbitrary<ModelStatistics> captured() {
        Arbitrary<Map<String, TensorStatistics>> tensors =
                Arbitraries.maps(
                                Arbitraries.of("x", "conv1", "conv1/add", "<root>"),
                                StatisticsArbitraries.statistics())
                        .ofMaxSize(4);
        return Combinators.combine(tensors, provenances())
                .as(
                        (seen, provenance) -> {
                            ModelStatistics.Builder builder =
                                    ModelStatistics.builder().optProvenance(provenance);
                            seen.forEach(builder::add);
                            return builder.build();
                        });
    }

    private static Arbitrary<Provenance> provenances() {
        Arbitrary<Optional<String>> texts =
                Arbitraries.of("minmax", "b, a", "a", "", "1.2,", " x").optional();
        Arbitrary<Optional<Instant>> dates =
                Arbitraries.longs().between(0, 3).map(Instant::ofEpochSecond).optional();
        // Most are of one model and one method: the others can't be merged.
        return Combinators.combine(
                        Arbitraries.frequency(Tuple.of(9, "sha256:1"), Tuple.of(1, "sha256:2")),
                        inputs(),
                        Arbitraries.longs().between(0, 9),
                        texts,
                        texts,
                        dates,
                        texts,
                        Arbitraries.frequencyOf(
                                Tuple.of(9, Arbitraries.just(ModelCall.PLAIN)),
                                Tuple.of(
                                        1,
                                        Arbitraries.of(
                                                new ModelCall("encode", Map.of()),
                                                new ModelCall("forward", Map.of("rate", "8000"))))))
                .as(
                        (model, inputs, samples, method, version, date, cache, call) ->
                                new Provenance(
                                        Optional.of(model),
                                        inputs,
                                        samples,
                                        method,
                                        version,
                                        date,
                                        cache,
                                        call));
    }

    private static Arbitrary<List<InputDescription>> inputs() {
        Arbitrary<List<Long>> lengths =
                Arbitraries.longs().between(0, 9).list().ofMinSize(1).ofMaxSize(2);
        return Combinators.combine(
                        Arbitraries.of(
                                List.<String>of(),
                                List.of("x"),
                                List.of("x", "mask"),
                                List.of("x", "z")),
                        Arbitraries.of("float32", "float64", "int64").list().ofSize(2),
                        lengths.list().ofSize(2))
                .as(
                        (names, types, shapes) -> {
                            List<InputDescription> inputs = new ArrayList<>();
                            IntStream.range(0, names.size())
                                    .forEach(
                                            i ->
                                                    inputs.add(
                                                            new InputDescription(
                                                                    names.get(i),
                                                                    types.get(i),
                                                                    shapes.get(i))));
                            return inputs;
                        });
    }
}
