package io.rangefinder.capture.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats as their authors and other tools write them. */
class RangeFormatTest {

    /** What TensorRT writes: scales of 1, 2^-1 and 127^-1 roughly, a zero, and odd names. */
    private static final String CACHE =
            """
            TRT-8502-EntropyCalibration2
            x: 3f800000
            onnx::Conv_329: 3f000000
            (Unnamed Layer* 4) [Constant]_output: 0
            /layer1/layer1.0/Add_output_0: 3c010a14
            """;

    /** 0x3c010a14: sign 0, exponent 120 - 127 = -7, mantissa 1 + 0x010a14 / 2^23. */
    private static final double AMAX_OF_3C010A14 = 127 * (0x810a14 / (double) (1 << 30));

    private static final Provenance CAPTURED =
            new Provenance(
                    Optional.of("sha256:00ff"),
                    List.of(
                            new InputDescription("x", "float32", List.of(32L, 1L, 28L, 28L)),
                            new InputDescription("attention mask [2]", "int64", List.of())),
                    512,
                    Optional.of("minmax"),
                    Optional.of("0.1.0"),
                    Optional.of(Instant.parse("2026-11-23T10:15:30Z")),
                    Optional.empty());

    private static final String RANGES =
            """
            # model: sha256:00ff
            # input: x float32 [32, 1, 28, 28]
            # input: attention mask [2] int64 []
            # samples: 512
            # method: minmax
            # version: 0.1.0
            # date: 2026-11-23T10:15:30Z
            # without-range: 1
            conv1:3.5
            layer1.0.relu@1:0.0
            \\#1:2.0
            \\\\server:1.0E-5
            """;

    @TempDir Path folder;

    /** TensorRT writes such scales for what overflowed while it calibrated. */
    @Test
    void aScaleThatIsNoNumberOrInfiniteIsATensorWithoutRange() throws IOException {
        Path file = folder.resolve("c.cache");
        Files.writeString(
                file, "TRT-8601-EntropyCalibration2\na: 7fc00000\nb: 7f800000\nc: 3f800000\n");
        DynamicRanges ranges = RangeFormat.CACHE.read(file);
        assertEquals(Set.of("a", "b"), Set.copyOf(ranges.withoutRange()));
        assertEquals(Optional.of(new DynamicRange(127)), ranges.get("c"));
    }

    /** As {@code onnxruntime.quantization.write_calibration_table} writes it. */
    @ParameterizedTest
    @ValueSource(strings = {"t.cache", "t.txt"})
    void onnxRuntimesTableOfNamesAndAmaxIsRead(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "x 2.5\nonnx::Conv_329 0.75\na b 1e-3\n");
        DynamicRanges ranges =
                (name.endsWith(".cache") ? RangeFormat.CACHE : RangeFormat.TEXT).read(file);
        assertEquals(List.of("x", "onnx::Conv_329", "a b"), List.copyOf(ranges.tensors().keySet()));
        assertEquals(Optional.of(new DynamicRange(2.5)), ranges.get("x"));
        assertEquals(Optional.of(new DynamicRange(0.75)), ranges.get("onnx::Conv_329"));
        assertEquals(Optional.of(new DynamicRange(1e-3)), ranges.get("a b"));
    }

    @Test
    void aCalibrationCacheIsReadAsTensorRtWritesIt() throws IOException {
        DynamicRanges ranges = RangeFormat.CACHE.read(file(CACHE));

        assertEquals(
                List.of(
                        "x",
                        "onnx::Conv_329",
                        "(Unnamed Layer* 4) [Constant]_output",
                        "/layer1/layer1.0/Add_output_0"),
                List.copyOf(ranges.tensors().keySet()));
        assertEquals(Set.of("(Unnamed Layer* 4) [Constant]_output"), ranges.withoutRange());
        assertEquals(127, amax(ranges, "x"));
        assertEquals(63.5, amax(ranges, "onnx::Conv_329"));
        assertEquals(AMAX_OF_3C010A14, amax(ranges, "/layer1/layer1.0/Add_output_0"));
        assertEquals(
                Optional.of("TRT-8502-EntropyCalibration2"), ranges.provenance().cacheHeader());
    }

    @Test
    void aCacheIsUnchangedOnItsWayThroughRanges() throws IOException {
        Path ranges = folder.resolve("r.ranges");
        Path cache = folder.resolve("c.cache");

        RangeFormat.RANGES.write(RangeFormat.CACHE.read(file(CACHE)), ranges);
        RangeFormat.CACHE.write(RangeFormat.RANGES.read(ranges), cache);

        assertEquals(CACHE, Files.readString(cache));
    }

    @Test
    void aCacheIsUnchangedOnItsWayThroughTextButForItsFirstLine() throws IOException {
        Path text = folder.resolve("t.txt");
        Path cache = folder.resolve("c.cache");

        RangeFormat.TEXT.write(RangeFormat.CACHE.read(file(CACHE)), text);
        RangeFormat.CACHE.write(RangeFormat.TEXT.read(text), cache);

        assertEquals(CACHE.replace("TRT-8502", "TRT-8601"), Files.readString(cache));
        assertTrue(
                Files.readString(text)
                        .startsWith(
                                """
                                x:127.0
                                onnx::Conv_329:63.5
                                (Unnamed Layer* 4) [Constant]_output:0.0
                                """));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRT-100300-MinMaxCalibration",
                "TRT-5100-EntropyCalibration",
                "TRT-7103-LegacyCalibration",
                "TRT-8XXX-EntropyCalibration2"
            })
    void otherFirstLinesOfTensorRtArePreserved(String header) throws IOException {
        String cache = header + "\nx: 3f800000\n";
        Path copy = folder.resolve("c.cache");

        RangeFormat.CACHE.write(RangeFormat.CACHE.read(file(cache)), copy);

        assertEquals(cache, Files.readString(copy));
    }

    @Test
    void shortAndUpperCaseHexIsReadAndPaddedHexIsWritten() throws IOException {
        Path copy = folder.resolve("c.cache");
        String header = "TRT-8601-EntropyCalibration2\n";

        RangeFormat.CACHE.write(
                RangeFormat.CACHE.read(file(header + "a: 1\nb: 3C010A14\nc: 00000000\n")), copy);

        assertEquals(header + "a: 00000001\nb: 3c010a14\nc: 0\n", Files.readString(copy));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void lineEndsBlankLinesAndAMissingLastEndDoNotMatter(String end) throws IOException {
        String cache = CACHE.strip().replace("\n", end);
        String text = "a:1" + end + end + "  " + end + "b:2";

        assertEquals(RangeFormat.CACHE.read(file(CACHE)), RangeFormat.CACHE.read(file(cache)));
        assertEquals(
                List.of("a", "b"),
                List.copyOf(RangeFormat.TEXT.read(file(text)).tensors().keySet()));
    }

    @Test
    void textFromOtherToolsMayHoldAnyDecimalNumber() throws IOException {
        DynamicRanges ranges =
                RangeFormat.TEXT.read(
                        file(
                                "\uFEFFa:1\n"
                                        + "b: 2.5e-3 \n"
                                        + "c:+.5\n"
                                        + "d:7.\n"
                                        + "e:1E+2\n"
                                        + "f:\t3\n"
                                        + "g:-0\n"
                                        + "h:0\n"
                                        + "i:.0e5\n"));

        assertEquals(1, amax(ranges, "a"));
        assertEquals(0.0025, amax(ranges, "b"));
        assertEquals(0.5, amax(ranges, "c"));
        assertEquals(7, amax(ranges, "d"));
        assertEquals(100, amax(ranges, "e"));
        assertEquals(3, amax(ranges, "f"));
        assertEquals(Set.of("g", "h", "i"), ranges.withoutRange());
    }

    @Test
    void inTextALineThatBeginsWithAHashIsATensor() throws IOException {
        assertEquals(1, amax(RangeFormat.TEXT.read(file("# model: 7:1\n")), "# model: 7"));
    }

    @Test
    void linesAreSplitAtTheLastColon() throws IOException {
        DynamicRanges ranges = RangeFormat.TEXT.read(file(" onnx::Conv_3: 29 :1.5\n"));

        assertEquals(1.5, amax(ranges, " onnx::Conv_3: 29 "));
    }

    @Test
    void rangesAreWrittenForPeopleAndReadAgain() throws IOException {
        DynamicRanges ranges =
                DynamicRanges.builder()
                        .add("conv1", new DynamicRange(3.5))
                        .addWithoutRange("layer1.0.relu@1")
                        .add("#1", new DynamicRange(2))
                        .add("\\server", new DynamicRange(1e-5))
                        .optProvenance(CAPTURED)
                        .build();
        Path written = folder.resolve("r.ranges");

        RangeFormat.RANGES.write(ranges, written);

        assertEquals(RANGES, Files.readString(written));
        assertEquals(ranges, RangeFormat.RANGES.read(written));
    }

    @Test
    void unknownKeysAndCommentsInTheHeaderArePassedOver() throws IOException {
        DynamicRanges ranges =
                RangeFormat.RANGES.read(
                        file(
                                """
                                # Made by hand.
                                #
                                # color: blue
                                #samples:3
                                a:1
                                # color: red
                                #method: by eye
                                """));

        assertEquals(Map.of("a", new DynamicRange(1)), ranges.asMap());
        assertEquals(3, ranges.provenance().samples());
        assertEquals(Optional.of("by eye"), ranges.provenance().method());
    }

    @Test
    void aFileWithoutTensorsHoldsNone() throws IOException {
        assertEquals(DynamicRanges.builder().build(), RangeFormat.RANGES.read(file("")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRT-8501-EntropyCalibration2|CACHE",
                "TRT-100800-MinMaxCalibration|CACHE",
                "# model: sha256:00|RANGES",
                "#samples: 3|RANGES",
                "conv:2.5|TEXT",
                "onnx::Conv_329: 0|TEXT",
                "a b 2.5|TEXT",
                "# a note|",
                "conv|",
                "PK|"
            })
    void aFilesFirstLineTellsItsFormat(String line, RangeFormat format) throws IOException {
        assertEquals(Optional.ofNullable(format), RangeFormat.ofContent(file("\n" + line + "\n")));
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "in", ""), content);
    }

    private static double amax(DynamicRanges ranges, String tensor) {
        return ranges.get(tensor).orElseThrow().amax();
    }
}
