package io.rangefinder.capture.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.Provenance;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelStatisticsTest {

    private static final InputDescription INPUT =
            new InputDescription("x", "float32", List.of(8L, 3L));
    private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATE = Instant.parse("2026-02-01T00:00:00Z");

    @Test
    void mergingKeepsThisOrderThenAddsNewTensors() {
        ModelStatistics one =
                ModelStatistics.builder().add("b", seen(-1, 1)).add("a", seen(0, 2)).build();
        ModelStatistics other =
                ModelStatistics.builder()
                        .add("new", seen(5, 6))
                        .add("a", seen(-3, 1))
                        .add("b", seen(0, 0))
                        .build();

        ModelStatistics both = one.merge(other);

        assertEquals(List.of("b", "a", "new"), List.copyOf(both.asMap().keySet()));
        assertEquals(Optional.of(new TensorStatistics(4, -3, 2, 0, 0, 0)), both.get("a"));
        assertEquals(Optional.of(new TensorStatistics(4, -1, 1, 0, 0, 0)), both.get("b"));
        assertEquals(Optional.of(seen(5, 6)), both.get("new"));
        assertEquals(Optional.empty(), both.get("never"));
    }

    @Test
    void samplesAddAndWhatOneDoesNotKnowComesFromTheOther() {
        ModelStatistics one = of(provenance(Optional.of("sha256:1"), List.of(), 3, EARLY));
        ModelStatistics other = of(provenance(Optional.empty(), List.of(INPUT), 4, LATE));
        Provenance expected = provenance(Optional.of("sha256:1"), List.of(INPUT), 7, LATE);

        assertEquals(expected, one.merge(other).provenance());
        assertEquals(expected, other.merge(one).provenance());
    }

    @Test
    void differentModelsAreNotMerged() {
        ModelStatistics one = of(provenance(Optional.of("sha256:1"), List.of(), 3, EARLY));
        ModelStatistics other = of(provenance(Optional.of("sha256:2"), List.of(), 3, EARLY));

        DifferentModelsException thrown =
                assertThrows(DifferentModelsException.class, () -> one.merge(other));
        assertTrue(thrown.getMessage().contains("sha256:1 and sha256:2"), thrown.getMessage());
    }

    @Test
    void mergingWithNothingChangesNothing() {
        ModelStatistics some =
                ModelStatistics.builder()
                        .add("a", seen(0, 2))
                        .optProvenance(
                                provenance(Optional.of("sha256:1"), List.of(INPUT), 3, EARLY))
                        .build();
        ModelStatistics nothing = ModelStatistics.builder().build();

        assertEquals(some, some.merge(nothing));
        assertEquals(some, nothing.merge(some));
        assertEquals(some.hashCode(), nothing.merge(some).hashCode());
        assertNotEquals(some, nothing);
    }

    @Test
    void addingATensorAgainMergesIt() {
        ModelStatistics twice =
                ModelStatistics.builder().add("a", seen(0, 2)).add("a", seen(-1, 1)).build();

        assertEquals(Optional.of(new TensorStatistics(4, -1, 2, 0, 0, 0)), twice.get("a"));
    }

    @Test
    void theMapCannotBeChanged() {
        ModelStatistics some = ModelStatistics.builder().add("a", seen(0, 2)).build();

        assertThrows(UnsupportedOperationException.class, () -> some.asMap().clear());
    }

    private static TensorStatistics seen(double min, double max) {
        return new TensorStatistics(2, min, max, 0, 0, 0);
    }

    private static ModelStatistics of(Provenance provenance) {
        return ModelStatistics.builder().optProvenance(provenance).build();
    }

    private static Provenance provenance(
            Optional<String> digest, List<InputDescription> inputs, long samples, Instant date) {
        return new Provenance(
                digest,
                inputs,
                samples,
                Optional.empty(),
                Optional.empty(),
                Optional.of(date),
                Optional.empty());
    }
}
