package io.rangefinder.engine.export.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers {@code aN + b} for N from 1 on, against values worked out by hand. */
class DimTest {

    private static Dim dim(long batches, long constant) {
        return Dim.BATCH.times(Dim.of(batches)).plus(Dim.of(constant));
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

    private final Axis length = new Axis("length", 9, 16);
    private final Dim open = Dim.of(length);

    private static Dim half(Dim dim) {
        return dim.floorDividedBy(Dim.of(2));
    }

    @Test
    void lengthsAreDividedIntoOneFormForEachFunction() {
        // floor((5x + 7) / 2) = 2x + 3 + floor((x + 1) / 2)
        Dim expected = open.times(Dim.of(2)).plus(Dim.of(3)).plus(half(open.plus(Dim.ONE)));
        assertEquals(expected, half(open.times(Dim.of(5)).plus(Dim.of(7))));
        // floor(floor((x + 3) / 2 + 1) / 4) = floor((x + 5) / 8)
        Dim nested = half(open.plus(Dim.of(3))).plus(Dim.ONE).floorDividedBy(Dim.of(4));
        assertEquals(open.plus(Dim.of(5)).floorDividedBy(Dim.of(8)), nested);
        // x - x mod 4 is four times x over 4; minus a half up is a half down.
        Dim multiple = open.minus(open.remainder(Dim.of(4)));
        assertEquals(open.floorDividedBy(Dim.of(4)).times(Dim.of(4)), multiple);
        assertEquals(open, half(open).minus(half(open.times(Dim.of(-1)))));
        assertEquals(half(open), open.times(Dim.of(6)).plus(Dim.of(3)).floorDividedBy(Dim.of(12)));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 2", "-1, 0, 8", "5, 3, 3", "-7, -4, 6", "6, 5, 4", "3, 7, 9"})
    void quotientsAreWhatDivisionOfNumbersGives(long times, long more, long divisor) {
        Dim quotient = open.times(Dim.of(times)).plus(Dim.of(more)).floorDividedBy(Dim.of(divisor));
        for (long x = 1; x < 40; x++) {
            long value = x;
            assertEquals(
                    Math.floorDiv(times * x + more, divisor),
                    quotient.at(axis -> value),
                    quotient + " at " + x);
        }
    }

    @Test
    void productsAreDividedByTheirFactors() {
        Dim all = Dim.BATCH.times(open.plus(Dim.of(2))).times(Dim.of(8));
        assertEquals(
                Dim.of(4),
                all.floorDividedBy(half(all.times(Dim.of(2))).times(Dim.ONE)).times(Dim.of(4)));
        assertEquals(
                Dim.BATCH.times(Dim.of(4)),
                all.floorDividedBy(open.plus(Dim.of(2)).times(Dim.of(2))));
        assertThrows(BatchDependentException.class, () -> all.floorDividedBy(open));
    }

    @Test
    void comparisonsHoldForWhatWasSeenAndAreRememberedForOtherLengths() {
        assertTrue(open.isAtMost(Dim.of(24)));
        assertEquals(1, length.from());
        assertEquals(24, length.to());
        assertEquals(-1, Dim.of(4).compareTo(open));
        assertEquals(5, length.from());
        assertEquals(24, length.to());
        // Neither holds for all from 9 to 16; nor does asking change what did.
        assertThrows(BatchDependentException.class, () -> open.isAtMost(Dim.of(12)));
        assertThrows(BatchDependentException.class, () -> open.equalTo(Dim.of(9)));
        assertFalse(open.equalTo(Dim.of(40)));
        assertEquals(24, length.to());
        assertFalse(open.equalTo(Dim.of(20)));
        assertEquals(19, length.to());
    }

    @Test
    void whatIsLeftToAMultipleIsKnownToBeSmall() {
        Dim missing = open.plus(Dim.of(3)).floorDividedBy(Dim.of(4)).times(Dim.of(4)).minus(open);
        assertTrue(Dim.ZERO.isAtMost(missing));
        assertTrue(missing.isAtMost(Dim.of(3)));
        assertEquals(Long.MAX_VALUE, length.to());
    }

    @Test
    void blameIsOnAxesThatMakeTheDifference() {
        Axis other = new Axis("other", 9, 16);
        Dim left = Dim.BATCH.times(open);
        BatchDependentException e =
                assertThrows(
                        BatchDependentException.class,
                        () -> left.equalTo(Dim.BATCH.times(Dim.of(other))));
        assertEquals(Set.of(length, other), e.axes());
        BatchDependentException halved =
                assertThrows(
                        BatchDependentException.class,
                        () -> half(open).times(Dim.of(2)).equalTo(open));
        assertEquals(2, halved.multiple());
    }

    @Test
    void quotientsOfQuotientsEnd() {
        BatchDependentException e =
                assertThrows(
                        BatchDependentException.class,
                        () -> {
                            Dim grown = open;
                            for (int i = 0; i < 100; i++) {
                                Dim third = grown.plus(Dim.ONE).floorDividedBy(Dim.of(3));
                                grown = half(grown).times(Dim.of(5)).plus(third);
                            }
                        });
        assertEquals(Set.of(length), e.axes());
    }
}
