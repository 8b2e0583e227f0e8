package io.rangefinder.capture.observers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Tallies of parts, merged in any order, are one to the last bit, real sums among them. */
class TallyPropertiesTest {

    private static final List<Column> COLUMNS =
            List.of(
                    Column.count("count"),
                    Column.sum("sum"),
                    Column.least("least"),
                    Column.greatest("greatest"));

    @Property(edgeCases = EdgeCasesMode.NONE)
    void partsMergedInAnyOrderAreTheWhole(
            @ForAll("parts") List<double[]> parts, @ForAll Random random) {
        List<Tally> left = new ArrayList<>(List.of(Tally.empty(COLUMNS, 2)));
        long[] counts = new long[2];
        BigDecimal sum = BigDecimal.ZERO;
        double least = Double.POSITIVE_INFINITY;
        for (double[] part : parts) {
            left.add(Tally.of(COLUMNS, part));
            counts[0] += (long) part[0];
            counts[1] += (long) part[1];
            sum = sum.add(new BigDecimal(part[2]));
            least = Math.min(least, part[4]);
        }

        // Any tree of merges: two at random become one, until one is left.
        while (left.size() > 1) {
            Collections.shuffle(left, random);
            Tally one = left.remove(left.size() - 1);
            left.add(one.merge(left.remove(left.size() - 1)));
        }

        Tally whole = left.get(0);
        assertEquals(counts[0], whole.counts("count")[0]);
        assertEquals(counts[1], whole.counts("count")[1]);
        assertEquals(0, sum.compareTo(whole.sums("sum").get(0)));
        assertEquals(least + 0.0, whole.extremes("least")[0]);
        assertEquals(whole, Tally.empty(COLUMNS, 2).merge(whole));
    }

    @Provide
    static Arbitrary<List<double[]>> parts() {
        Arbitrary<Double> real =
                Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
        Arbitrary<Double> count = Arbitraries.longs().between(0, 1L << 53).map(x -> (double) x);
        return Combinators.combine(count.list().ofSize(2), real.list().ofSize(6))
                .as(
                        (counts, reals) -> {
                            double[] row = new double[8];
                            for (int i = 0; i < 8; i++) {
                                row[i] = i < 2 ? counts.get(i) : reals.get(i - 2);
                            }
                            return row;
                        })
                .list()
                .ofMaxSize(6);
    }

    @Example
    void aTableIsReadRowByRow() {
        Tally table = Tally.ofTable(COLUMNS, new double[] {1, .5, -1, 1, 2, .25, -2, 2});

        assertEquals(Tally.of(COLUMNS, new double[] {2, .25, -2, 2}), table.part(0, 4, 1, 2));
        assertEquals(1, table.part(0, 1, 0, 1).count("count"));
        assertTrue(Tally.ofTable(COLUMNS, new double[0]).isEmpty());
    }

    @Example
    void whatDoesNotFitItsColumnIsRefused() {
        double inf = Double.POSITIVE_INFINITY;
        for (double[] wrong :
                List.of(
                        new double[] {-1, 0, 0, 0},
                        new double[] {.5, 0, 0, 0},
                        new double[] {0x1p54, 0, 0, 0},
                        new double[] {Double.NaN, 0, 0, 0},
                        new double[] {0, inf, 0, 0},
                        new double[] {0, Double.NaN, 0, 0},
                        new double[] {0, 0, -inf, 0},
                        new double[] {0, 0, 0, inf},
                        new double[] {0, 0, 0, Double.NaN},
                        new double[] {0, 0, 0})) {
            assertThrows(IllegalArgumentException.class, () -> Tally.of(COLUMNS, wrong));
        }
        Tally narrow = Tally.empty(COLUMNS, 1);
        assertThrows(IllegalArgumentException.class, () -> narrow.merge(Tally.empty(COLUMNS, 2)));
        Tally most = Tally.builder(COLUMNS, 1).put("count", Long.MAX_VALUE).build();
        assertThrows(ArithmeticException.class, () -> most.merge(most));
    }
}
