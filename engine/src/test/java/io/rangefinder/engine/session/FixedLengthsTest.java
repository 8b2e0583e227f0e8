package io.rangefinder.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class FixedLengthsTest {

    private static final Shape MODEL = new Shape(-1, 16, 3);

    @Test
    void aShorterInputIsToBePadded() {
        assertEquals(
                ": it was captured and exported with 16 as the length of axis 1; pad the input to"
                        + " 16, or capture and export the model with inputs of length 9",
                FixedLengths.remedy(MODEL, new Shape(4, 9, 3), 1));
    }

    @Test
    void aLongerInputCanNot() {
        assertEquals(
                ": it was captured and exported with 16 as the length of axis 1; capture and export"
                        + " the model with inputs of length 20",
                FixedLengths.remedy(MODEL, new Shape(4, 20, 3), 1));
    }

    @Test
    void axesOfAnyLengthTheBatchAndOtherRanksHaveNone() {
        assertEquals("", FixedLengths.remedy(MODEL, new Shape(4, 16, 3), 0));
        assertEquals("", FixedLengths.remedy(new Shape(8, 16), new Shape(4, 16), 1));
        assertEquals("", FixedLengths.remedy(MODEL, new Shape(4, 16), 1));
    }
}
