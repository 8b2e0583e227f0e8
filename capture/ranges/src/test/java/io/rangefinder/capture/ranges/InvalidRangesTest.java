package io.rangefinder.capture.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no range file says so, with its name, the line, what is wrong and what to do. */
class InvalidRangesTest {

    private static final String HEADER = "TRT-8601-EntropyCalibration2\n";

    @TempDir Path folder;

    static Stream<Arguments> wrongText() {
        return Stream.of(
                Arguments.of("a:1\nb 2\n", 2, "no colon in \"b 2\""),
                Arguments.of("a:1\n:2\n", 2, "no name"),
                Arguments.of("a:1\n\nb:2\na:1\n", 4, "\"a\" was given on line 1 already"),
                Arguments.of("a:-3\n", 1, "negative: \"-3\"; a range is [-amax, amax]"),
                Arguments.of("a:nan\n", 1, "must be a finite decimal number, but is \"nan\""),
                Arguments.of("a:NaN\n", 1, "must be a finite decimal number"),
                Arguments.of("a:inf\n", 1, "must be a finite decimal number"),
                Arguments.of("a:-Infinity\n", 1, "must be a finite decimal number"),
                Arguments.of("a:\n", 1, "must be a finite decimal number, but is \"\""),
                Arguments.of("a:1d\n", 1, "must be a finite decimal number"),
                Arguments.of("a:0x1p3\n", 1, "must be a finite decimal number"),
                Arguments.of("a:1,5\n", 1, "must be a finite decimal number"),
                Arguments.of("a:.\n", 1, "must be a finite decimal number"),
                Arguments.of("a:1e400\n", 1, "beyond what a float32 scale can hold"),
                Arguments.of("a:1e-60\n", 1, "beyond what a float32 scale can hold"),
                Arguments.of("a:1e-400\n", 1, "beyond what a float32 scale can hold"),
                Arguments.of("a:-1e-400\n", 1, "beyond what a float32 scale can hold"),
                Arguments.of("a\tb:1\n", 1, "the name \"a\\u0009b\" holds a control character"),
                Arguments.of("a:1\rb:2\rc:3", 1, "holds a control character"),
                Arguments.of("a\u2028b:1\n", 1, "line separator"));
    }

    @ParameterizedTest
    @MethodSource("wrongText")
    void wrongLinesAreNamed(String content, int line, String problem) throws IOException {
        assertInvalid(RangeFormat.TEXT, content, line, problem);
        assertInvalid(RangeFormat.RANGES, content, line, problem);
    }

    static Stream<Arguments> wrongCaches() {
        return Stream.of(
                Arguments.of("", 1, "begins with a line like TRT-8601-EntropyCalibration2"),
                Arguments.of("a: 3f800000\n", 1, "but this one with \"a: 3f800000\""),
                Arguments.of("TRT-8601\na: 3f800000\n", 1, "begins with a line like"),
                Arguments.of(HEADER + "a 3f800000\n", 2, "no colon"),
                Arguments.of(HEADER + "a: 3f8000000\n", 2, "at most 8 hex digits"),
                Arguments.of(HEADER + "a: 1.5\n", 2, "at most 8 hex digits"),
                Arguments.of(HEADER + "a: -1\n", 2, "at most 8 hex digits"),
                Arguments.of(HEADER + "a:\n", 2, "at most 8 hex digits"),
                Arguments.of(HEADER + "a: bf800000\n", 2, "is the float32 -1.0"),
                Arguments.of(HEADER + "a: 80000000\n", 2, "is the float32 -0.0"),
                Arguments.of(HEADER + "a: 0\nb: 0\na: 0\n", 4, "was given on line 2 already"));
    }

    @ParameterizedTest
    @MethodSource("wrongCaches")
    void wrongCachesAreNamed(String content, int line, String problem) throws IOException {
        assertInvalid(RangeFormat.CACHE, content, line, problem);
    }

    static Stream<Arguments> wrongHeaders() {
        return Stream.of(
                Arguments.of("# samples: many\n", 1, "a whole number"),
                Arguments.of("# samples: -1\n", 1, "0 or more"),
                Arguments.of("# date: yesterday\n", 1, "must read like 2026-11-23T10:15:30Z"),
                Arguments.of("# input: x\n", 1, "x float32 [32, 3, 224, 224]"),
                Arguments.of("# input: x float32 [1,,2]\n", 1, "but is \"x float32 [1,,2]\""),
                Arguments.of("# input: float32 [1]\n", 1, "an input must read like"),
                Arguments.of(
                        "# input: x float32 [99999999999999999999]\n", 1, "an input must read"),
                Arguments.of("# calibration-cache: 1\n", 1, "the first line of one"),
                Arguments.of("# method: a\u0007\n", 1, "holds a control character"),
                Arguments.of("# method: a\na:1\n# method: b\n", 3, "given on line 1 already"),
                Arguments.of("\\a:1\n", 1, "begins with a backslash; write two"),
                Arguments.of("\\:1\n", 1, "begins with a backslash; write two"));
    }

    @ParameterizedTest
    @MethodSource("wrongHeaders")
    void wrongHeadersAreNamed(String content, int line, String problem) throws IOException {
        assertInvalid(RangeFormat.RANGES, content, line, problem);
    }

    @ParameterizedTest
    @EnumSource(RangeFormat.class)
    void malformedUtf8IsNamedWithItsLine(RangeFormat format) throws IOException {
        byte[] bytes = (HEADER + "a:0\nb").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 1] = (byte) 0xff;
        Path file = Files.write(folder.resolve("f"), bytes);

        InvalidRangesException thrown =
                assertThrows(InvalidRangesException.class, () -> format.read(file));
        if (format == RangeFormat.CACHE) {
            assertEquals(OptionalInt.of(3), thrown.line());
            assertTrue(thrown.getMessage().contains("not UTF-8"), thrown.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(RangeFormat.class)
    void aLineOfAMillionCharactersIsRefused(RangeFormat format) throws IOException {
        Path file = Files.writeString(folder.resolve("f"), HEADER + "a".repeat(1_000_000) + ":0");

        InvalidRangesException thrown =
                assertThrows(InvalidRangesException.class, () -> format.read(file));
        if (format == RangeFormat.CACHE) {
            assertEquals(OptionalInt.of(2), thrown.line());
            assertTrue(thrown.getMessage().contains("longer than 64 KiB"), thrown.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(RangeFormat.class)
    void aFileOfAGibibyteIsRefusedUnread(RangeFormat format) throws IOException {
        Path file = folder.resolve("f");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }

        InvalidRangesException thrown =
                assertThrows(InvalidRangesException.class, () -> format.read(file));
        assertTrue(thrown.getMessage().contains("larger than 64 MiB"), thrown.getMessage());
        assertEquals(OptionalInt.empty(), thrown.line());
    }

    @Test
    void moreThanAMillionTensorsAreRefused() throws IOException {
        Path file = folder.resolve("f");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i <= 1_000_000; i++) {
                out.write(i + ":1\n");
            }
        }

        InvalidRangesException thrown =
                assertThrows(InvalidRangesException.class, () -> RangeFormat.TEXT.read(file));
        assertEquals(OptionalInt.of(1_000_001), thrown.line());
    }

    @Test
    void moreThanAMillionTensorsAreNotWritten() throws IOException {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        for (int i = 0; i <= 1_000_000; i++) {
            ranges.addWithoutRange(Integer.toString(i));
        }

        assertNotWritten(RangeFormat.TEXT, ranges.build(), "more than 1000000 tensors");
    }

    @Test
    void aMissingFileIsNoInvalidOne() {
        assertThrows(
                NoSuchFileException.class, () -> RangeFormat.TEXT.read(folder.resolve("none")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\u0000", "a\u0085", "\u2029", "\uFEFFa", "\uD800", ""})
    void aNameThatNoLineCanHoldIsNotWritten(String name) throws IOException {
        DynamicRanges ranges = DynamicRanges.builder().add(name, new DynamicRange(1)).build();
        for (RangeFormat format : RangeFormat.values()) {
            assertNotWritten(format, ranges, "name");
        }
    }

    @Test
    void aNameTooLongToBeReadAgainIsNotWritten() throws IOException {
        DynamicRanges ranges =
                DynamicRanges.builder().add("a".repeat(70_000), new DynamicRange(1)).build();
        for (RangeFormat format : RangeFormat.values()) {
            assertNotWritten(format, ranges, "longer than 64 KiB");
        }
    }

    @Test
    void aProvenanceThatNoLineCanHoldIsNotWritten() throws IOException {
        assertNotWritten(RangeFormat.RANGES, withMethod("a\nb:1"), "the method \"a\\u000ab:1\"");
        assertNotWritten(
                RangeFormat.RANGES,
                withInput(new InputDescription("x\n", "float32", List.of())),
                "the name of the input");
        assertNotWritten(
                RangeFormat.RANGES,
                withInput(new InputDescription("x", "a float", List.of())),
                "must be one word");
        assertNotWritten(
                RangeFormat.RANGES,
                withInput(new InputDescription("x", "", List.of())),
                "must be one word");
    }

    @Test
    void aFirstLineThatTensorRtWouldNotReadIsNotWritten() throws IOException {
        Provenance provenance =
                new Provenance(
                        Optional.empty(),
                        List.of(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("calibrated"));
        DynamicRanges ranges = DynamicRanges.builder().optProvenance(provenance).build();

        assertNotWritten(RangeFormat.CACHE, ranges, "but the provenance has \"calibrated\"");
        assertNotWritten(RangeFormat.RANGES, ranges, "but the provenance has \"calibrated\"");
    }

    private void assertInvalid(RangeFormat format, String content, int line, String problem)
            throws IOException {
        Path file = Files.writeString(folder.resolve("f"), content);

        InvalidRangesException thrown =
                assertThrows(InvalidRangesException.class, () -> format.read(file));
        assertEquals(OptionalInt.of(line), thrown.line(), thrown.getMessage());
        assertTrue(
                thrown.getMessage().startsWith(file + ", line " + line + ": "),
                thrown.getMessage());
        assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
    }

    private void assertNotWritten(RangeFormat format, DynamicRanges ranges, String problem)
            throws IOException {
        Path file = folder.resolve("out");
        InvalidRangesException thrown =
                assertThrows(InvalidRangesException.class, () -> format.write(ranges, file));
        assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
        assertFalse(Files.exists(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    private static DynamicRanges withMethod(String method) {
        return DynamicRanges.builder()
                .optProvenance(
                        new Provenance(
                                Optional.empty(),
                                List.of(),
                                0,
                                Optional.of(method),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()))
                .build();
    }

    private static DynamicRanges withInput(InputDescription input) {
        return DynamicRanges.builder()
                .optProvenance(
                        new Provenance(
                                Optional.empty(),
                                List.of(input),
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()))
                .build();
    }
}
