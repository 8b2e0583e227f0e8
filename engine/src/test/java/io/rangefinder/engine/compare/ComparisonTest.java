package io.rangefinder.engine.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void figuresAreThoseWorkedOutByHand() {
        Comparison comparison = new Comparison();
        // Squares of the reference: 9 + 16 + 0 + 25 = 50; of the differences: 1 + 1 + 0 + 3 * 3.
        comparison.add(
                new float[] {3, 4, 0, 5},
                new float[] {4, 3, 0, 2},
                2,
                Optional.of(new int[] {1, 1}));
        assertEquals(10 * Math.log10(50.0 / 11), comparison.sqnr(), 1e-12);
        assertEquals(0.5, comparison.agreement().orElseThrow());
        assertEquals(1.0, comparison.referenceTop1().orElseThrow());
        assertEquals(0.5, comparison.actualTop1().orElseThrow());
    }

    @Test
    void withoutLabelsThereIsNoAccuracy() {
        Comparison comparison = new Comparison();
        comparison.add(new float[] {1, 2}, new float[] {1, 2}, 2, Optional.empty());
        assertTrue(comparison.referenceTop1().isEmpty());
        assertEquals(1.0, comparison.agreement().orElseThrow());
        assertEquals(Double.POSITIVE_INFINITY, comparison.sqnr());
    }

    @Test
    void lengthsMustFit() {
        Comparison comparison = new Comparison();
        assertThrows(
                IllegalArgumentException.class,
                () -> comparison.add(new float[3], new float[3], 2, Optional.empty()));
        assertThrows(
                IllegalArgumentException.class,
                () -> comparison.add(new float[4], new float[4], 2, Optional.of(new int[1])));
        assertThrows(
                IllegalArgumentException.class,
                () -> comparison.addValues(new float[4], new float[3]));
    }
}
