package io.rangefinder.capture.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DynamicRangesTest {

    private static final DynamicRange ONE = new DynamicRange(1);
    private static final DynamicRange TWO = new DynamicRange(2);

    @Test
    void tensorsKeepTheirOrderWithAndWithoutRange() {
        DynamicRanges ranges =
                DynamicRanges.builder().add("c", ONE).addWithoutRange("a").add("b", TWO).build();

        assertEquals(List.of("c", "a", "b"), List.copyOf(ranges.tensors().keySet()));
        assertEquals(List.of("c", "b"), List.copyOf(ranges.asMap().keySet()));
        assertEquals(Set.of("a"), ranges.withoutRange());
        assertEquals(Optional.of(TWO), ranges.get("b"));
        assertEquals(Optional.empty(), ranges.get("a"));
        assertEquals(Optional.empty(), ranges.get("never"));
    }

    @Test
    void aLaterRangeReplacesAnEarlierOneInItsPlace() {
        DynamicRanges ranges =
                DynamicRanges.builder()
                        .addWithoutRange("a")
                        .add("b", ONE)
                        .add("a", TWO)
                        .addWithoutRange("b")
                        .build();

        assertEquals(List.of("a", "b"), List.copyOf(ranges.tensors().keySet()));
        assertEquals(Map.of("a", TWO), ranges.asMap());
        assertEquals(Set.of("b"), ranges.withoutRange());
    }

    @Test
    void equalityIgnoresOrderButNotContent() {
        DynamicRanges ab = DynamicRanges.builder().add("a", ONE).add("b", TWO).build();
        DynamicRanges ba = DynamicRanges.builder().add("b", TWO).add("a", ONE).build();
        DynamicRanges none = DynamicRanges.builder().add("a", ONE).addWithoutRange("b").build();

        assertEquals(ab, ba);
        assertEquals(ab.hashCode(), ba.hashCode());
        assertNotEquals(ab, none);
    }

    @Test
    void theViewsCannotBeChanged() {
        DynamicRanges ranges = DynamicRanges.builder().add("a", ONE).build();

        assertThrows(UnsupportedOperationException.class, () -> ranges.asMap().clear());
        assertThrows(UnsupportedOperationException.class, () -> ranges.tensors().clear());
        assertThrows(UnsupportedOperationException.class, () -> ranges.withoutRange().add("b"));
    }

    @Test
    void theVersionIsFilledInByTheBuild() {
        assertFalse(RangefinderVersion.current().contains("$"), RangefinderVersion.current());
        assertFalse(RangefinderVersion.current().isBlank());
    }
}
