package io.rangefinder.capture.ranges;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/**
 * Whatever the names and numbers are, a file gives back what was put in. Edge cases are off where
 * many values are combined: their combinations alone would use up all tries.
 */
class RangeFormatPropertiesTest {

    private Path file;

    @BeforeProperty
    void makeAFile() throws IOException {
        file = Files.createTempFile("ranges", ".test");
    }

    @AfterProperty
    void removeTheFile() throws IOException {
        Files.deleteIfExists(file);
    }

    @Property
    void everyScaleSurvivesTheWayThroughAmax(
            @ForAll @IntRange(min = 1, max = 0x7f7fffff) int bits) {
        float scale = Float.intBitsToFloat(bits);
        assertEquals(bits, Float.floatToRawIntBits(DynamicRange.ofScale(scale).scale()));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void rangesComeBackEqualAndInOrder(@ForAll("captured") DynamicRanges ranges)
            throws IOException {
        RangeFormat.RANGES.write(ranges, file);
        DynamicRanges read = RangeFormat.RANGES.read(file);

        assertEquals(ranges, read);
        assertEquals(entries(ranges), entries(read));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void textComesBackEqualAndInOrderButForTheProvenance(@ForAll("captured") DynamicRanges ranges)
            throws IOException {
        RangeFormat.TEXT.write(ranges, file);
        DynamicRanges read = RangeFormat.TEXT.read(file);

        assertEquals(entries(ranges), entries(read));
        assertEquals(Provenance.UNKNOWN, read.provenance());
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void aCacheOfAnyScalesIsUnchangedThroughEveryFormat(@ForAll("cached") DynamicRanges ranges)
            throws IOException {
        RangeFormat.CACHE.write(ranges, file);
        byte[] cache = Files.readAllBytes(file);
        assertEquals(entries(ranges), entries(RangeFormat.CACHE.read(file)));

        for (RangeFormat format : RangeFormat.values()) {
            DynamicRanges read = RangeFormat.CACHE.read(file);
            format.write(read, file);
            RangeFormat.CACHE.write(format.read(file), file);
            assertArrayEquals(cache, Files.readAllBytes(file), format.toString());
        }
    }

    @Property(tries = 2000)
    void anyBytesGiveRangesOrAnErrorThatNamesTheFile(
            @ForAll("almostFiles") byte[] bytes, @ForAll RangeFormat format) throws IOException {
        Files.write(file, bytes);
        try {
            format.read(file);
        } catch (InvalidRangesException e) {
            assertEquals(0, e.getMessage().indexOf(file.toString()), e.getMessage());
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
    }

    @Provide
    static Arbitrary<DynamicRanges> captured() {
        Arbitrary<Double> amaxes =
                Arbitraries.longs()
                        .between(
                                Double.doubleToLongBits(Float.MIN_VALUE * 127.0),
                                Double.doubleToLongBits(Float.MAX_VALUE))
                        .withDistribution(RandomDistribution.uniform())
                        .map(Double::longBitsToDouble);
        return Combinators.combine(tensors(amaxes.map(DynamicRange::new)), provenances())
                .as(RangeFormatPropertiesTest::ranges);
    }

    @Provide
    static Arbitrary<DynamicRanges> cached() {
        Arbitrary<DynamicRange> scales =
                Arbitraries.integers()
                        .between(1, 0x7f7fffff)
                        .withDistribution(RandomDistribution.uniform())
                        .map(bits -> DynamicRange.ofScale(Float.intBitsToFloat(bits)));
        return tensors(scales).map(tensors -> ranges(tensors, Provenance.UNKNOWN));
    }

    /** Lines that are wrong in one place more often than in all. */
    @Provide
    static Arbitrary<byte[]> almostFiles() {
        Arbitrary<String> parts =
                Arbitraries.of(
                        "TRT-8601-EntropyCalibration2\n",
                        "# input: x float32 [1, ",
                        "# samples: ",
                        "# date: ",
                        "a:",
                        "b: ",
                        "\\",
                        "]",
                        "1.5\n",
                        "3f800000\n",
                        "-1",
                        "ffc00000",
                        "\r",
                        "\n",
                        "\u0000");
        Arbitrary<byte[]> text =
                parts.list()
                        .ofMaxSize(12)
                        .map(p -> String.join("", p).getBytes(StandardCharsets.UTF_8));
        return Arbitraries.oneOf(text, Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
    }

    private static Arbitrary<Map<String, Optional<DynamicRange>>> tensors(
            Arbitrary<DynamicRange> ranges) {
        return Arbitraries.maps(names(), ranges.optional(0.9)).ofMaxSize(8);
    }

    /** Every character but those that the formats exclude, and often those that they use. */
    private static Arbitrary<String> names() {
        Arbitrary<Integer> any =
                Arbitraries.integers()
                        .between(0x20, 0x10ffff)
                        .filter(
                                c ->
                                        !(c >= 0x7f && c <= 0x9f
                                                || c >= 0xd800 && c <= 0xdfff
                                                || c == 0x2028
                                                || c == 0x2029
                                                || c == 0xfeff));
        Arbitrary<Integer> special = Arbitraries.of(":#\\[]/@ \"0.e-".chars().boxed().toList());
        return Arbitraries.oneOf(special, any)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(
                        characters -> {
                            StringBuilder name = new StringBuilder();
                            characters.forEach(name::appendCodePoint);
                            return name.toString();
                        });
    }

    private static Arbitrary<Provenance> provenances() {
        Arbitrary<List<InputDescription>> inputs =
                Combinators.combine(
                                names(),
                                names().map(type -> type.replace(' ', '_')),
                                Arbitraries.longs().list().ofMaxSize(4))
                        .as(InputDescription::new)
                        .list()
                        .ofMaxSize(3);
        Arbitrary<Instant> dates =
                Combinators.combine(
                                Arbitraries.longs()
                                        .between(
                                                Instant.MIN.getEpochSecond(),
                                                Instant.MAX.getEpochSecond()),
                                Arbitraries.integers().between(0, 999_999_999))
                        .as(Instant::ofEpochSecond);
        return Combinators.combine(
                        names().optional(),
                        inputs,
                        Arbitraries.longs().greaterOrEqual(0),
                        names().optional(),
                        names().optional(),
                        dates.optional(),
                        Arbitraries.of("TRT-8601-EntropyCalibration2", "TRT-10.3-MinMaxCalibration")
                                .optional())
                .as(Provenance::new);
    }

    private static DynamicRanges ranges(
            Map<String, Optional<DynamicRange>> tensors, Provenance provenance) {
        DynamicRanges.Builder ranges = DynamicRanges.builder().optProvenance(provenance);
        tensors.forEach(
                (name, range) ->
                        range.ifPresentOrElse(
                                r -> ranges.add(name, r), () -> ranges.addWithoutRange(name)));
        return ranges.build();
    }

    private static List<Object> entries(DynamicRanges ranges) {
        List<Object> entries = new ArrayList<>();
        ranges.tensors().forEach((name, range) -> entries.add(Tuple.of(name, range)));
        return entries;
    }
}
