package io.rangefinder.examples.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.io.FileFormat;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.StatisticsFile;
import io.rangefinder.capture.statistics.TensorStatistics;
import io.rangefinder.examples.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RangesCommandTest {

    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String OTHER = "sha256:" + "2".repeat(64);

    @TempDir private Path folder;

    private static Provenance of(String digest, int samples) {
        return new Provenance(
                Optional.of(digest),
                List.of(),
                samples,
                Optional.of("minmax"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Path ranges(String name, String digest, double conv) throws IOException {
        Path file = folder.resolve(name);
        RangeFiles.write(
                DynamicRanges.builder()
                        .optProvenance(of(digest, 8))
                        .add("conv", new DynamicRange(conv))
                        .addWithoutRange("dead")
                        .build(),
                file);
        return file;
    }

    private Path statistics(String name, String digest, double max) throws IOException {
        Path file = folder.resolve(name);
        StatisticsFile.write(
                ModelStatistics.builder()
                        .optProvenance(of(digest, 8))
                        .add("conv", new TensorStatistics(10, -1, max, 1, 2, 0))
                        .build(),
                file);
        return file;
    }

    @Test
    void aCacheGoesToTextAndBackUnchanged() throws IOException {
        Path cache =
                Files.writeString(
                        folder.resolve("a.cache"),
                        "TRT-8601-EntropyCalibration2\nx: 3c010a14\nconv [1]: 3d2f1a9b\ndead: 0\n");
        Path ranges = folder.resolve("a.ranges");
        Path back = folder.resolve("b.cache");
        Invocation.of("ranges", "convert", cache, ranges).succeeded();
        Invocation.of("ranges", "convert", ranges, back).succeeded();
        assertEquals(Files.readString(cache), Files.readString(back));
    }

    @Test
    void statisticsBecomeRanges() throws IOException {
        Path out = folder.resolve("r.txt");
        Invocation.of("ranges", "convert", statistics("s.json", ONE, 4), out).succeeded();
        assertEquals("conv:4.0\n", Files.readString(out));
    }

    @Test
    void showPrintsHeaderAndTable() throws IOException {
        List<String> lines =
                Invocation.of("ranges", "show", ranges("r.ranges", ONE, 127)).succeeded().out();
        assertTrue(lines.contains("model    " + ONE));
        assertTrue(lines.contains("samples  8"));
        assertEquals(
                List.of("tensor   amax  scale", "conv    127.0    1.0", "dead        -      -"),
                lines.subList(lines.size() - 3, lines.size()));
    }

    @Test
    void showOfStatisticsTellsWhatWasSeen() throws IOException {
        List<String> lines =
                Invocation.of("ranges", "show", statistics("s.json", ONE, 127)).succeeded().out();
        assertEquals(
                List.of(
                        "tensor   amax  scale  count   min    max  nan  inf",
                        "conv    127.0    1.0     10  -1.0  127.0    1    2"),
                lines.subList(lines.size() - 2, lines.size()));
    }

    @Test
    void statisticsAddUp() throws IOException {
        Path merged = folder.resolve("m.json");
        Invocation.of(
                        "ranges",
                        "merge",
                        statistics("a.json", ONE, 3),
                        statistics("b.json", ONE, 5),
                        merged)
                .succeeded();
        ModelStatistics sum = StatisticsFile.read(merged);
        assertEquals(16, sum.provenance().samples());
        assertEquals(new TensorStatistics(20, -1, 5, 2, 4, 0), sum.get("conv").orElseThrow());
    }

    @Test
    void ofRangesTheLargestIsTakenAndTheHeaderSaysSo() throws IOException {
        Path merged = folder.resolve("m.ranges");
        Invocation.of(
                        "ranges",
                        "merge",
                        ranges("a.ranges", ONE, 3),
                        ranges("b.ranges", ONE, 7),
                        statistics("c.json", ONE, 5),
                        merged)
                .succeeded();
        DynamicRanges largest = RangeFiles.read(merged);
        assertEquals(7, largest.get("conv").orElseThrow().amax());
        assertTrue(largest.withoutRange().contains("dead"));
        assertEquals(24, largest.provenance().samples());
        assertEquals(
                Optional.of("largest amax of 3 files (minmax)"), largest.provenance().method());
    }

    @Test
    void differentModelsAreNotMerged() throws IOException {
        Path out = folder.resolve("m.ranges");
        Path a = ranges("a.ranges", ONE, 3);
        Path b = ranges("b.ranges", OTHER, 3);
        Invocation.of("ranges", "merge", a, b, out)
                .failed(1, a.toString(), b.toString(), "different models");
        Path c = statistics("c.json", ONE, 3);
        Path d = statistics("d.json", OTHER, 3);
        Invocation.of("ranges", "merge", c, d, out)
                .failed(1, c.toString(), d.toString(), "different models");
        assertFalse(Files.exists(out));
    }

    @Test
    void filesThatAreNotWhatTheirNamesSayAreRefused() throws IOException {
        Path broken = Files.writeString(folder.resolve("x.ranges"), "conv:wide\n");
        Path out = folder.resolve("m.cache");
        Invocation.of("ranges", "convert", broken, out).failed(1, "x.ranges, line 1");
        Invocation.of("ranges", "show", broken).failed(1, "x.ranges, line 1");
        Invocation.of("ranges", "show", Files.writeString(folder.resolve("x.json"), "{"))
                .failed(1, "x.json");
        Invocation.of("ranges", "show", folder.resolve("no.ranges"))
                .failed(1, "no.ranges does not exist");
        assertFalse(Files.exists(out));
    }

    @Test
    void aCacheOfAnyNameIsShownMergedAndConverted() throws IOException {
        Path cache =
                Files.writeString(
                        folder.resolve("int8.calib"),
                        "TRT-8501-EntropyCalibration2\ninput: 3c010204\n");
        Path ranges = folder.resolve("a.ranges");
        Path table = folder.resolve("calibration.table");
        assertTrue(
                Invocation.of("ranges", "show", cache).succeeded().out().stream()
                        .anyMatch(line -> line.startsWith("input ")));
        Invocation.of("ranges", "convert", cache, ranges).succeeded();
        Invocation.of("ranges", "convert", cache, ranges, "--format", "cache").succeeded();
        Invocation.of("ranges", "convert", ranges, table, "--format", "cache").succeeded();
        assertEquals(Files.readString(cache), Files.readString(table));
        Invocation.of("ranges", "merge", cache, table, folder.resolve("m"), "--format", "txt")
                .succeeded();
        assertEquals(
                RangeFiles.read(cache).tensors(),
                RangeFiles.read(folder.resolve("m"), FileFormat.TEXT).tensors());
        Path other = Files.writeString(folder.resolve("notes"), "nothing\n");
        Invocation.of("ranges", "show", other).failed(1, "notes", "is this a range file?");
    }

    @Test
    void wrongNamesAreWrongUsage() throws IOException {
        Path ranges = ranges("a.ranges", ONE, 3);
        Invocation.of("ranges", "convert", ranges, "b.json").failed(2, "b.json");
        Invocation.of("ranges", "convert", ranges, "b.bin").failed(2, "b.bin must end in");
        Invocation.of("ranges", "show", "b").failed(1, "b does not exist");
        Invocation.of("ranges", "show", ranges, "--format", "xml")
                .failed(2, "--format: there is no format xml; there are ranges, txt, cache, json");
        Invocation.of("ranges", "merge", ranges, ranges, "b.json").failed(2, "b.json");
        Invocation.of("ranges", "merge", ranges).failed(2, "FILE");
    }
}
