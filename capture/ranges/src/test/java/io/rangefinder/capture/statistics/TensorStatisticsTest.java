package io.rangefinder.capture.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorStatisticsTest {

    private static final double NONE_MIN = Double.POSITIVE_INFINITY;
    private static final double NONE_MAX = Double.NEGATIVE_INFINITY;

    @Test
    void mergingAddsCountsAndWidensTheExtremes() {
        TensorStatistics one = new TensorStatistics(10, -3, 2, 1, 2, 3);
        TensorStatistics other = new TensorStatistics(5, -1, 7, 0, 1, 0);

        assertEquals(new TensorStatistics(15, -3, 7, 1, 3, 3), one.merge(other));
        assertEquals(15 - 1 - 3 - 3, one.merge(other).finiteCount());
        assertEquals(6, one.merge(other).infinities());
    }

    @Test
    void emptyMergesIntoTheOther() {
        TensorStatistics some = new TensorStatistics(2, -1, 1, 0, 0, 0);

        assertEquals(some, some.merge(TensorStatistics.EMPTY));
        assertEquals(some, TensorStatistics.EMPTY.merge(some));
        assertFalse(TensorStatistics.EMPTY.hasFinite());
        assertFalse(TensorStatistics.EMPTY.onlyZeros());
    }

    @Test
    void negativeZeroIsZeroWhicheverWasSeenFirst() {
        TensorStatistics negative = new TensorStatistics(1, -0.0, -0.0, 0, 0, 0);
        TensorStatistics positive = new TensorStatistics(1, 0.0, 0.0, 0, 0, 0);

        assertEquals(positive, negative);
        assertEquals(positive.merge(negative), negative.merge(positive));
        assertTrue(negative.onlyZeros());
        assertEquals(0L, Double.doubleToRawLongBits(negative.min()));
        assertEquals(0L, Double.doubleToRawLongBits(negative.max()));
    }

    @Test
    void onlyZerosSpeaksOfFiniteElements() {
        assertTrue(new TensorStatistics(3, 0, 0, 1, 1, 0).onlyZeros());
        assertFalse(new TensorStatistics(3, 0, 1, 0, 0, 0).onlyZeros());
        assertFalse(new TensorStatistics(3, -1, 0, 0, 0, 0).onlyZeros());
        assertFalse(new TensorStatistics(1, NONE_MIN, NONE_MAX, 1, 0, 0).onlyZeros());
    }

    @Test
    void numbersThatDoNotAgreeAreRefused() {
        assertRefused(-1, NONE_MIN, NONE_MAX, 0, 0, 0);
        assertRefused(1, NONE_MIN, NONE_MAX, -1, 0, 2);
        assertRefused(1, NONE_MIN, NONE_MAX, 2, 0, 0);
        assertRefused(Long.MAX_VALUE, 0, 0, Long.MAX_VALUE, Long.MAX_VALUE, 2);
        assertRefused(1, 2, 1, 0, 0, 0);
        assertRefused(1, Double.NaN, 1, 0, 0, 0);
        assertRefused(1, 0, Double.NaN, 0, 0, 0);
        assertRefused(1, NONE_MIN, NONE_MAX, 0, 0, 0);
        assertRefused(1, NONE_MAX, NONE_MIN, 0, 0, 0);
        assertRefused(1, 0, 0, 1, 0, 0);
        assertRefused(0, 0, 0, 0, 0, 0);
    }

    @Test
    void aCountBeyondALongIsAnErrorAndNotNegative() {
        TensorStatistics most = new TensorStatistics(Long.MAX_VALUE, 0, 1, 0, 0, 0);

        assertThrows(ArithmeticException.class, () -> most.merge(most));
    }

    private static void assertRefused(
            long count, double min, double max, long nan, long positive, long negative) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new TensorStatistics(count, min, max, nan, positive, negative));
    }
}
