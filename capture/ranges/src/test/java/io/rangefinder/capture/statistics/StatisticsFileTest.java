package io.rangefinder.capture.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.Provenance;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsFileTest {

    private static final String JSON =
            """
            {
              "format": "rangefinder-statistics",
              "version": 1,
              "provenance": {
                "model": "sha256:00ff",
                "inputs": [
                  {
                    "name": "x",
                    "type": "float32",
                    "shape": [
                      32,
                      3
                    ]
                  }
                ],
                "samples": 512,
                "method": "minmax",
                "generator": "0.1.0",
                "date": "2026-11-23T10:15:30Z",
                "calibrationCache": "TRT-8601-EntropyCalibration2"
              },
              "tensors": {
                "conv1": {
                  "count": 401408,
                  "min": -3.25,
                  "max": 1.0E-5
                },
                "bad": {
                  "count": 6,
                  "nan": 1,
                  "positiveInfinities": 2,
                  "negativeInfinities": 3
                }
              }
            }
            """;

    private static final ModelStatistics STATISTICS =
            ModelStatistics.builder()
                    .add("conv1", new TensorStatistics(401408, -3.25, 1e-5, 0, 0, 0))
                    .add(
                            "bad",
                            new TensorStatistics(
                                    6, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, 2, 3))
                    .optProvenance(
                            new Provenance(
                                    Optional.of("sha256:00ff"),
                                    List.of(new InputDescription("x", "float32", List.of(32L, 3L))),
                                    512,
                                    Optional.of("minmax"),
                                    Optional.of("0.1.0"),
                                    Optional.of(Instant.parse("2026-11-23T10:15:30Z")),
                                    Optional.of("TRT-8601-EntropyCalibration2")))
                    .build();

    /** What every file must hold, to put one wrong thing into. */
    private static final String START = "{\"format\":\"rangefinder-statistics\",\"version\":1,";

    private static final String EMPTY_PROVENANCE = "\"provenance\":{},";

    @TempDir Path folder;

    @Test
    void statisticsAreWrittenForPeopleAndReadAgain() throws IOException {
        Path file = folder.resolve("s.json");

        StatisticsFile.write(STATISTICS, file);

        assertEquals(JSON, Files.readString(file));
        assertEquals(STATISTICS, StatisticsFile.read(file));
    }

    @Test
    void keysMayComeInAnyOrder() throws IOException {
        Path file =
                file(
                        "{\"tensors\":{\"a\":{\"max\":2,\"min\":1,\"count\":1e1}},"
                                + "\"version\":1,\"provenance\":{},"
                                + "\"format\":\"rangefinder-statistics\"}");

        assertEquals(
                ModelStatistics.builder().add("a", new TensorStatistics(10, 1, 2, 0, 0, 0)).build(),
                StatisticsFile.read(file));
    }

    static Stream<Arguments> wrongFiles() {
        return Stream.of(
                Arguments.of("", "it ends too early, at $"),
                Arguments.of(JSON.substring(0, JSON.indexOf("\"date\"")), "it ends too early"),
                Arguments.of(JSON.substring(0, JSON.indexOf("0.1.0")), "malformed JSON"),
                Arguments.of("[]", "at $: expected an object, but found BEGIN_ARRAY"),
                Arguments.of("{}", "the key \"format\" is missing"),
                Arguments.of(JSON + "1", "malformed JSON"),
                Arguments.of(JSON.replace("\"version\": 1,", ""), "\"version\" is missing"),
                Arguments.of(JSON.replace(": 1,", ": 2,"), "version 2 of the format"),
                Arguments.of(JSON.replace("-statistics", "-ranges"), "not rangefinder-statistics"),
                Arguments.of(JSON.replace("\"nan\"", "\"histogram\""), "\"histogram\" is unknown"),
                Arguments.of(JSON.replace("\"nan\"", "\"count\""), "\"count\" was given already"),
                Arguments.of(JSON.replace("bad", "conv1"), "\"conv1\" was given already"),
                Arguments.of(
                        JSON.replace("401408", "\"401408\""),
                        "at $.tensors.conv1.count: expected a whole number, but found STRING"),
                Arguments.of(JSON.replace("401408", "1.5"), "expected a whole number"),
                Arguments.of(JSON.replace("401408", "1e30"), "expected a whole number"),
                Arguments.of(JSON.replace("401408", "-1"), "0 or more, but found -1"),
                Arguments.of(JSON.replace("401408", "0"), "the numbers do not agree"),
                Arguments.of(JSON.replace("-3.25", "3.25"), "the numbers do not agree: min 3.25"),
                Arguments.of(JSON.replace("-3.25", "NaN"), "malformed JSON"),
                Arguments.of(JSON.replace("-3.25", "-1e999"), "malformed JSON"),
                Arguments.of(JSON.replace("-3.25", "null"), "a number, but found NULL"),
                Arguments.of(JSON.replace("-3.25", "'1'"), "malformed JSON"),
                Arguments.of(JSON.replace("512", "-512"), "0 or more"),
                Arguments.of(JSON.replace("2026-", "26-"), "a date like 2026-11-23T10:15:30Z"),
                Arguments.of(JSON.replace("\"type\"", "\"kind\""), "\"kind\" is unknown"),
                Arguments.of(
                        START + EMPTY_PROVENANCE + "\"tensors\":{\"a\\nb\":{\"count\":[]}}}",
                        "at $.tensors.a?b.count: expected a whole number"),
                Arguments.of(
                        START + EMPTY_PROVENANCE + "\"tensors\":" + "[".repeat(100_000),
                        "expected an object"),
                Arguments.of(START + "\"" + "y".repeat(100_000) + "\":1}", "unknown"));
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void wrongFilesAreNamed(String content, String problem) throws IOException {
        Path file = file(content);

        InvalidStatisticsException thrown =
                assertThrows(InvalidStatisticsException.class, () -> StatisticsFile.read(file));
        assertTrue(thrown.getMessage().startsWith(file + ": "), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
        assertEquals(1, thrown.getMessage().lines().count(), thrown.getMessage());
        assertTrue(thrown.getMessage().length() < 1000, thrown.getMessage());
    }

    @Test
    void malformedUtf8IsNamed() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[] {'{', '"', (byte) 0xff, '"'});

        InvalidStatisticsException thrown =
                assertThrows(InvalidStatisticsException.class, () -> StatisticsFile.read(file));
        assertTrue(thrown.getMessage().contains("not UTF-8"), thrown.getMessage());
    }

    @Test
    void aFileOfAGibibyteIsRefusedUnread() throws IOException {
        Path file = folder.resolve("f");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }

        InvalidStatisticsException thrown =
                assertThrows(InvalidStatisticsException.class, () -> StatisticsFile.read(file));
        assertTrue(thrown.getMessage().contains("larger than 64 MiB"), thrown.getMessage());
    }

    @Test
    void anyUnicodeNameIsKept() throws IOException {
        ModelStatistics odd =
                ModelStatistics.builder()
                        .add("a\n\u0000\u2028\"\\:é\uD83D\uDE00", TensorStatistics.EMPTY)
                        .add("", TensorStatistics.EMPTY)
                        .build();
        Path file = folder.resolve("s.json");

        StatisticsFile.write(odd, file);

        assertEquals(odd, StatisticsFile.read(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD800", "\uDC00", "\uD800b"})
    void halfASurrogatePairIsNotWritten(String name) throws IOException {
        Path file = folder.resolve("s.json");
        ModelStatistics odd = ModelStatistics.builder().add(name, TensorStatistics.EMPTY).build();

        assertThrows(InvalidStatisticsException.class, () -> StatisticsFile.write(odd, file));
        assertFalse(Files.exists(file));
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("f.json"), content);
    }
}
