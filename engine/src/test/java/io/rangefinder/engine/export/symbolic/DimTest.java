package io.rangefinder.engine.export.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers {@code aN + b} for N from 1 on, against values worked out by hand. */
class DimTest {

    private static Dim dim(long batches, long constant) {
        return new Dim(batches, constant);
    }

    @Test
    void sumsAndProductsAreTakenTermByTerm() {
        assertEquals(dim(3, 5), dim(1, 7).plus(dim(2, -2)));
        assertEquals(dim(-1, 9), dim(1, 7).minus(dim(2, -2)));
        assertEquals(dim(-6, 15), dim(2, -5).times(Dim.of(-3)));
        assertEquals(dim(-6, 15), Dim.of(-3).times(dim(2, -5)));
        assertThrows(BatchDependentException.class, () -> Dim.BATCH.times(Dim.BATCH));
    }

    @ParameterizedTest
    @CsvSource({
        // (aN + b) / (cN + d), rounded down, is eN + f.
        "0, 7, 0, 2, 0, 3",
        "0, -7, 0, 2, 0, -4",
        "0, 7, 0, -2, 0, -4",
        "4, 0, 0, 2, 2, 0",
        "4, 3, 0, 2, 2, 1",
        "4, -1, 0, 2, 2, -1",
        "6, 12, 1, 2, 0, 6",
        "1, 0, 1, 0, 0, 1"
    })
    void quotientsAreRoundedDown(long a, long b, long c, long d, long e, long f) {
        assertEquals(dim(e, f), dim(a, b).floorDividedBy(dim(c, d)));
    }

    @Test
    void whatDivisionLeavesHasTheDivisorsSign() {
        assertEquals(Dim.of(1), Dim.of(-7).remainder(Dim.of(2)));
        assertEquals(Dim.of(-1), Dim.of(7).remainder(Dim.of(-2)));
        assertEquals(Dim.of(1), dim(4, 3).remainder(Dim.of(2)));
        assertThrows(BatchDependentException.class, () -> Dim.BATCH.remainder(Dim.of(2)));
        assertThrows(BatchDependentException.class, () -> Dim.of(6).floorDividedBy(Dim.BATCH));
        assertThrows(ArithmeticException.class, () -> Dim.BATCH.floorDividedBy(Dim.ZERO));
    }

    @Test
    void comparisonsHoldForEveryBatchFromOneOn() {
        assertEquals(1, Dim.BATCH.compareTo(Dim.ZERO));
        assertEquals(-1, Dim.ZERO.compareTo(Dim.BATCH));
        assertEquals(0, dim(2, 1).compareTo(dim(2, 1)));
        assertEquals(-1, dim(2, 1).compareTo(dim(2, 2)));
        // 2N - 2 is zero for N = 1 and more for others.
        assertThrows(BatchDependentException.class, () -> dim(2, 0).compareTo(Dim.of(2)));
        assertTrue(Dim.ONE.isAtMost(Dim.BATCH));
        assertTrue(dim(-1, 1).isAtMost(Dim.ZERO));
        assertFalse(dim(1, 1).isAtMost(Dim.ONE));
        assertThrows(BatchDependentException.class, () -> Dim.BATCH.isAtMost(Dim.ONE));
    }

    @Test
    void equalityIsAskedForEveryBatchFromOneOn() {
        assertFalse(Dim.BATCH.equalTo(Dim.ZERO));
        assertFalse(dim(2, 0).equalTo(Dim.of(3)));
        assertTrue(dim(2, 1).equalTo(dim(2, 1)));
        assertThrows(BatchDependentException.class, () -> Dim.BATCH.equalTo(Dim.ONE));
        assertThrows(BatchDependentException.class, () -> dim(2, 0).equalTo(Dim.of(4)));
    }

    @Test
    void whatDoesNotFitIsNoNumber() {
        Dim large = Dim.of(Long.MAX_VALUE);
        assertThrows(ArithmeticException.class, () -> large.plus(Dim.ONE));
        assertThrows(ArithmeticException.class, () -> large.times(dim(2, 0)));
    }

    @Test
    void aNumberThatDependsOnTheBatchHasNoValue() {
        assertEquals(4, Dim.of(4).value());
        assertThrows(BatchDependentException.class, Dim.BATCH::value);
    }

    @Test
    void itReadsAsAFormula() {
        assertEquals("batch", Dim.BATCH.toString());
        assertEquals("2*batch-3", dim(2, -3).toString());
        assertEquals("batch+1", dim(1, 1).toString());
        assertEquals("-5", Dim.of(-5).toString());
    }
}
