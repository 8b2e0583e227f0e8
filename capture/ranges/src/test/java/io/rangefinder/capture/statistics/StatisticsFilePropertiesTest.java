package io.rangefinder.capture.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

class StatisticsFilePropertiesTest {

    private Path file;

    @BeforeProperty
    void makeAFile() throws IOException {
        file = Files.createTempFile("statistics", ".json");
    }

    @AfterProperty
    void removeTheFile() throws IOException {
        Files.deleteIfExists(file);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void statisticsComeBackEqualToTheBitAndInOrder(
            @ForAll("tensors") Map<String, TensorStatistics> tensors) throws IOException {
        ModelStatistics statistics = of(tensors);

        StatisticsFile.write(statistics, file);
        ModelStatistics read = StatisticsFile.read(file);

        // Records compare doubles by their bits.
        assertEquals(statistics, read);
        assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.asMap().keySet()));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void anyChangedByteGivesStatisticsOrAnErrorThatNamesTheFile(
            @ForAll("tensors") Map<String, TensorStatistics> tensors,
            @ForAll @IntRange(max = 100_000) int place,
            @ForAll byte changed)
            throws IOException {
        StatisticsFile.write(of(tensors), file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[place % bytes.length] = changed;
        Files.write(file, bytes);
        try {
            StatisticsFile.read(file);
        } catch (InvalidStatisticsException e) {
            assertEquals(0, e.getMessage().indexOf(file.toString()), e.getMessage());
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
    }

    @Provide
    static Arbitrary<Map<String, TensorStatistics>> tensors() {
        Arbitrary<String> names =
                Arbitraries.strings()
                        .all()
                        .ofMaxLength(8)
                        .filter(name -> StandardCharsets.UTF_8.newEncoder().canEncode(name));
        return Arbitraries.maps(names, StatisticsArbitraries.statistics()).ofMaxSize(6);
    }

    private static ModelStatistics of(Map<String, TensorStatistics> tensors) {
        ModelStatistics.Builder statistics = ModelStatistics.builder();
        tensors.forEach(statistics::add);
        return statistics.build();
    }
}
