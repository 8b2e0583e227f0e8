package io.rangefinder.capture.ranges;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DynamicRangeTest {

    @Test
    void amaxIsTheLargerMagnitude() {
        assertEquals(3.5, DynamicRange.of(-3.5, 2).amax());
        assertEquals(3.5, DynamicRange.of(-2, 3.5).amax());
        assertEquals(3.5, DynamicRange.of(2, 3.5).amax());
        assertEquals(3.5, DynamicRange.of(-3.5, -2).amax());
    }

    @Test
    void scaleIsAmaxOver127() {
        assertEquals(1f, new DynamicRange(127).scale());
        assertEquals(0.5f, new DynamicRange(63.5).scale());
        assertEquals(127 * 0x1p-149, DynamicRange.ofScale(Float.MIN_VALUE).amax());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, -1, Double.NaN, 1e-50, 1e300, Double.POSITIVE_INFINITY})
    void whatGivesNoScaleIsRefused(double amax) {
        assertThrows(IllegalArgumentException.class, () -> new DynamicRange(amax));
    }
}
