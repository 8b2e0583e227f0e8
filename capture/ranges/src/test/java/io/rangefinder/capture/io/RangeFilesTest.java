package io.rangefinder.capture.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InvalidRangesException;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.statistics.InvalidStatisticsException;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeFilesTest {

    private static final DynamicRanges RANGES =
            DynamicRanges.builder()
                    .add("a", DynamicRange.ofScale(0.5f))
                    .addWithoutRange("b")
                    .build();

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"r.ranges", "r.txt", "r.cache", "R.RANGES"})
    void theNameTellsTheFormatOfWritingAndReading(String name) throws IOException {
        Path file = folder.resolve(name);

        RangeFiles.write(RANGES, file);

        assertEquals(RANGES.tensors(), RangeFiles.read(file).tensors());
    }

    @Test
    void eachFormatIsItsOwn() throws IOException {
        for (String name : List.of("r.ranges", "r.txt", "r.cache")) {
            RangeFiles.write(RANGES, folder.resolve(name));
        }

        assertEquals(
                "# without-range: 1\na:63.5\nb:0.0\n",
                Files.readString(folder.resolve("r.ranges")));
        assertEquals("a:63.5\nb:0.0\n", Files.readString(folder.resolve("r.txt")));
        assertEquals(
                "TRT-8601-EntropyCalibration2\na: 3f000000\nb: 0\n",
                Files.readString(folder.resolve("r.cache")));
    }

    @Test
    void statisticsBecomeTheSameRangesAtEveryReadingAndFindingsAreLogged() throws IOException {
        Instant date = Instant.parse("2026-11-23T10:15:30Z");
        Path file = folder.resolve("s.json");
        StatisticsFile.write(
                ModelStatistics.builder()
                        .add("a", new TensorStatistics(2, -63.5, 1, 0, 0, 0))
                        .add("b", new TensorStatistics(2, 0, 0, 0, 0, 0))
                        .optProvenance(
                                new Provenance(
                                        Optional.empty(),
                                        List.of(),
                                        7,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(date),
                                        Optional.empty()))
                        .build(),
                file);

        PrintStream console = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        DynamicRanges read;
        DynamicRanges again;
        try {
            read = RangeFiles.read(file);
            again = RangeFiles.read(file);
        } finally {
            System.setErr(console);
        }

        assertEquals(read, again);
        assertTrue(logged.toString(StandardCharsets.UTF_8).contains("b held only zeros"));
        assertEquals(RANGES.tensors(), read.tensors());
        assertEquals(7, read.provenance().samples());
        assertEquals(Optional.of("minmax"), read.provenance().method());
        assertEquals(Optional.of(date), read.provenance().date());
    }

    @Test
    void rangesAreNotWrittenAsStatistics() {
        Path file = folder.resolve("r.json");

        InvalidRangesException thrown =
                assertThrows(InvalidRangesException.class, () -> RangeFiles.write(RANGES, file));
        assertTrue(thrown.getMessage().contains("write .ranges instead"), thrown.getMessage());
        assertFalse(Files.exists(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int8.calib",
                "calibration.table",
                "model.calibration_cache",
                "cache",
                "r.txt"
            })
    void aCalibrationCacheIsToldByItsFirstLineWhateverItsName(String name) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve(name), "TRT-8501-EntropyCalibration2\na: 3f000000\nb: 0\n");

        assertEquals(FileFormat.CACHE, RangeFiles.formatOf(file));
        assertEquals(RANGES.tensors(), RangeFiles.read(file).tensors());
    }

    @ParameterizedTest
    @EnumSource(value = FileFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "ORT_CALIBRATION")
    void whatIsWrittenInAFormatIsReadUnderAnyName(FileFormat format) throws IOException {
        Path file = folder.resolve("file-" + format);
        if (format == FileFormat.STATISTICS) {
            StatisticsFile.write(
                    ModelStatistics.builder()
                            .add("a", new TensorStatistics(2, -63.5, 1, 0, 0, 0))
                            .add("b", new TensorStatistics(2, 0, 0, 0, 0, 0))
                            .build(),
                    file);
        } else {
            RangeFiles.write(RANGES, file, format);
        }

        assertEquals(format, RangeFiles.formatOf(file));
        assertEquals(RANGES.tensors(), RangeFiles.read(file).tensors());
        assertEquals(RANGES.tensors(), RangeFiles.read(file, format).tensors());
    }

    /** What ONNX Runtime 1.32 wrote of a small model; amax by hand from its lowest and highest. */
    @ParameterizedTest
    @ValueSource(strings = {"minmax", "entropy", "channels", "whole"})
    void rangesAreReadFromOnnxRuntimesCalibration(String name) throws IOException {
        Path file = Path.of("src/test/resources/onnxruntime", name + ".json");

        DynamicRanges ranges = RangeFiles.read(file);

        assertEquals(FileFormat.ORT_CALIBRATION, RangeFiles.formatOf(file));
        assertEquals(Set.of("data", "h", "r", "y"), ranges.tensors().keySet());
        assertEquals(2.3015387058258057, ranges.get("data").orElseThrow().amax());
        assertEquals(4.610486030578613, ranges.get("h").orElseThrow().amax());
        assertTrue(ranges.get("r").isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"a\": [-2.5, 1]}; a=2.5",
                "{\"tensors\": [-1, 1], \"b\": [[-3], [0.5]]}; b=3.0 tensors=1.0",
                "{\"a\": {\"lowest\": -Infinity, \"highest\": 2}}; a=none",
                "{\"a\": {\"CLS\": \"TensorData\", \"highest\": NaN, \"lowest\": -1}}; a=none"
            })
    void otherFormsOfOnnxRuntimesCalibrationAreRead(String json, String expected)
            throws IOException {
        Path file = Files.writeString(folder.resolve("calibration.json"), json);
        String read =
                new TreeMap<>(RangeFiles.read(file).tensors())
                        .entrySet().stream()
                                .map(
                                        e ->
                                                e.getKey()
                                                        + "="
                                                        + e.getValue()
                                                                .map(r -> "" + r.amax())
                                                                .orElse("none"))
                                .collect(Collectors.joining(" "));
        assertEquals(expected, read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"a\": {\"avg\": 1, \"std\": 2}}; neither lowest nor highest is said of 'a'",
                "{\"a\": [1, 2], \"b\": {\"lowest\": \"x\"}}; expected a number, but found a text",
                "{\"a\": [1, 2], \"a\": [1, 2]}; 'a' is there already",
                "{\"a\": [1, {}]}; expected a number, but found BEGIN_OBJECT",
                "{\"a\": [1, 2]; it ends too early",
                "{\"a\": [1, 2] \"b\": 1}; malformed JSON",
                "{\"a\": [1e300, 2]}; beyond what a float32 scale can hold"
            })
    void brokenCalibrationOfOnnxRuntimeIsAnError(String json, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("calibration.json"), json);
        InvalidRangesException e =
                assertThrows(InvalidRangesException.class, () -> RangeFiles.read(file));
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void onnxRuntimesTableHasNoRangeForWhatIsNegativeThroughout() throws IOException {
        DynamicRanges ranges =
                RangeFiles.read(Path.of("src/test/resources/onnxruntime/minmax.cache"));
        assertEquals(2.3015387058258057, ranges.get("data").orElseThrow().amax());
        assertTrue(ranges.get("h").isEmpty());
    }

    @Test
    void ofAFlatbufferTheJsonBesideItIsNamed() {
        Path file = Path.of("src/test/resources/onnxruntime/calibration.flatbuffers");
        InvalidRangesException e =
                assertThrows(InvalidRangesException.class, () -> RangeFiles.read(file));
        assertTrue(e.getMessage().contains("calibration.json"), e.getMessage());
    }

    @Test
    void onnxRuntimesCalibrationIsNotWritten() {
        Path file = folder.resolve("r.json");
        InvalidRangesException e =
                assertThrows(
                        InvalidRangesException.class,
                        () -> RangeFiles.write(RANGES, file, FileFormat.ORT_CALIBRATION));
        assertTrue(e.getMessage().contains("read only"), e.getMessage());
        assertFalse(Files.exists(file));
    }

    @Test
    void theFormatThatIsAskedForDecidesOverTheName() throws IOException {
        Path file = Files.writeString(folder.resolve("r.ranges"), "# a:63.5\nb:0\n");

        assertEquals(
                List.of("# a", "b"),
                List.copyOf(RangeFiles.read(file, FileFormat.TEXT).tensors().keySet()));
    }

    @Test
    void aNameThatTellsNoFormatIsAnErrorThatListsThem() throws IOException {
        Path file = Files.writeString(folder.resolve("r.xml"), "<ranges/>");

        InvalidRangesException reading =
                assertThrows(InvalidRangesException.class, () -> RangeFiles.read(file));
        InvalidRangesException writing =
                assertThrows(InvalidRangesException.class, () -> RangeFiles.write(RANGES, file));
        assertTrue(
                reading.getMessage().endsWith("end in .ranges, .txt, .cache, .json"),
                reading.getMessage());
        assertTrue(
                writing.getMessage().endsWith("end in .ranges, .txt, .cache"),
                writing.getMessage());
    }

    @Test
    void jsonThatHoldsNoStatisticsIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("s.json"), "{}");

        assertThrows(InvalidStatisticsException.class, () -> RangeFiles.read(file));
    }
}
