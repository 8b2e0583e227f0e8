package io.rangefinder.capture.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.observers.ChannelsObserver;
import io.rangefinder.capture.observers.Column;
import io.rangefinder.capture.observers.MagnitudesObserver;
import io.rangefinder.capture.observers.MeanObserver;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.observers.Tally;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Statistics that hold what others than the standard observers saw, and their files. */
class ObserverStatisticsTest {

    private static final MeanObserver MEAN = new MeanObserver();
    private static final ChannelsObserver CHANNELS = new ChannelsObserver();

    /** Files outlive classes: the observer {@code quartiles} is of an application that is gone. */
    private static final String JSON =
            """
            {
              "format": "rangefinder-statistics",
              "version": 2,
              "provenance": {
                "inputs": [],
                "samples": 3
              },
              "observers": {
                "mean": {
                  "sum": "sum"
                },
                "quartiles": {
                  "first": "least",
                  "seen": "count"
                }
              },
              "tensors": {
                "conv1": {
                  "count": 4,
                  "min": -3.25,
                  "max": 2.5,
                  "mean": {
                    "sum": 0.1000000000000000055511151231257827021181583404541015625
                  },
                  "quartiles": {
                    "first": [
                      -1.5,
                      null
                    ],
                    "seen": [
                      4,
                      0
                    ]
                  }
                },
                "relu": {
                  "count": 0
                }
              }
            }
            """;

    @TempDir Path folder;

    private static Tally sum(double x) {
        return Tally.of(MEAN.columns(), new double[] {x});
    }

    private static ModelStatistics of(TensorStatistics seen, Observers observers) {
        return ModelStatistics.builder().optObservers(observers).add("x", seen).build();
    }

    @Test
    void anUnknownObserversNumbersAreReadMergedAndWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("s.json"), JSON);
        ModelStatistics read = StatisticsFile.read(file);
        Path again = folder.resolve("again.json");
        Path twice = folder.resolve("twice.json");

        StatisticsFile.write(read, again);
        StatisticsFile.write(read.merge(read), twice);

        assertEquals(JSON, Files.readString(again));
        String merged = Files.readString(twice);
        assertTrue(merged.contains("0.200000000000000011102230246251565404236316680908203125"));
        assertTrue(merged.contains("\"seen\": [\n          8,\n          0\n"), merged);
        assertTrue(merged.contains("\"first\": [\n          -1.5,\n          null\n"), merged);
        assertEquals(
                new BigDecimal(0.1),
                read.get("conv1").orElseThrow().seenBy(MEAN).orElseThrow().sums("sum").get(0));
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                Arguments.of(JSON.replace(": 2,\n  \"prov", ": 1,\n  \"prov"), "version 1"),
                Arguments.of(JSON.replace("\"observers\"", "\"looks\""), "\"looks\" is unknown"),
                Arguments.of(JSON.replace("\"least\"", "\"median\""), "\"median\" is unknown"),
                Arguments.of(
                        JSON.replace("\"quartiles\": {\n      \"f", "\"minmax\": {\n      \"f"),
                        "cannot be the name of an observer"),
                Arguments.of(
                        JSON.replace("\"quartiles\": {\n      \"f", "\"nan\": {\n      \"f"),
                        "cannot be the name of an observer"),
                Arguments.of(JSON.replace("\"sum\": \"sum\"", ""), "no columns"),
                Arguments.of(JSON.replace("\"sum\": 0.1", "\"mass\": 0.1"), "\"mass\" is unknown"),
                Arguments.of(JSON.replace("\"seen\": [", "\"seen\": [ -1,"), "0 or more"),
                Arguments.of(JSON.replace("\"seen\": [", "\"seen\": [ 1,"), "has 3 numbers"),
                Arguments.of(JSON.replace("\"seen\": [", "\"seen\": [ null,"), "found NULL"),
                Arguments.of(JSON.replace("0.10000", "1e999990.10000"), "malformed"),
                Arguments.of(JSON.replaceFirst("0\\.1000\\d+", "1e99999"), "beyond all sums"),
                Arguments.of(
                        JSON.replace(
                                "\"first\": [\n          -1.5,\n          null\n        ],", ""),
                        "\"first\" is missing"));
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void wrongFilesAreNamed(String content, String problem) throws IOException {
        Path file = Files.writeString(folder.resolve("f.json"), content);

        InvalidStatisticsException thrown =
                assertThrows(InvalidStatisticsException.class, () -> StatisticsFile.read(file));
        assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
        assertEquals(1, thrown.getMessage().lines().count(), thrown.getMessage());
    }

    @Test
    void whatOneOfTwoDidNotLookAtIsLeftOut() {
        Observers both = Observers.with(List.of(MEAN));
        TensorStatistics plain = new TensorStatistics(1, 5, 5, 0, 0, 0);
        TensorStatistics with = new TensorStatistics(1, 3, 3, 0, 0, 0).with(MEAN, sum(3));
        ModelStatistics a = of(with, both);
        ModelStatistics b = of(plain, Observers.STANDARD);
        ModelStatistics nothing = ModelStatistics.builder().build();

        assertEquals(Optional.empty(), a.merge(b).get("x").orElseThrow().seenBy(MEAN));
        assertEquals(a.merge(b), b.merge(a));
        assertEquals(a.merge(b).merge(a), a.merge(b.merge(a)));
        assertEquals(
                new BigDecimal(6),
                a.merge(a).get("x").orElseThrow().seenBy(MEAN).orElseThrow().sums("sum").get(0));
        assertEquals(a, a.merge(nothing));
        assertEquals(a, nothing.merge(a));
        // A point that never ran takes nothing away.
        assertEquals(with, with.merge(TensorStatistics.EMPTY));
        assertEquals(with, TensorStatistics.EMPTY.merge(with));
    }

    @Test
    void observersOfOneNameMustBeOne() {
        ModelStatistics mean = of(TensorStatistics.EMPTY, Observers.with(List.of(MEAN)));
        ModelStatistics other =
                ModelStatistics.builder()
                        .addObserver("mean", List.of(Column.count("sum")))
                        .add("x", TensorStatistics.EMPTY)
                        .build();
        DifferentObserversException thrown =
                assertThrows(DifferentObserversException.class, () -> mean.merge(other));
        assertEquals(
                "these statistics are of two observers named mean, with the columns [sum (sum)] and"
                        + " [sum (count)]; merge only what one version of the observer saw",
                thrown.getMessage());

        Observers channels = Observers.with(List.of(CHANNELS));
        TensorStatistics one = new TensorStatistics(1, 3, 3, 0, 0, 0);
        ModelStatistics three =
                of(one.with(CHANNELS, Tally.empty(CHANNELS.columns(), 3)), channels);
        ModelStatistics four = of(one.with(CHANNELS, Tally.empty(CHANNELS.columns(), 4)), channels);
        assertTrue(
                assertThrows(DifferentObserversException.class, () -> three.merge(four))
                        .getMessage()
                        .startsWith("these statistics of x are of observers with other settings"));
    }

    @Test
    void observersHaveNamesThatFunctionsAndFilesCanHave() {
        MagnitudesObserver magnitudes = new MagnitudesObserver();

        assertEquals(
                List.of("minmax", "magnitudes", "mean"),
                Observers.with(List.of(magnitudes, MEAN, magnitudes)).names());
        assertThrows(
                IllegalArgumentException.class, () -> new Observers(List.of(magnitudes, MEAN)));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new TensorStatistics(1, 3, 3, 0, 0, 0)
                                .with(MEAN, Tally.empty(CHANNELS.columns(), 1)));
        assertEquals(Map.of(), TensorStatistics.EMPTY.others());
    }
}
