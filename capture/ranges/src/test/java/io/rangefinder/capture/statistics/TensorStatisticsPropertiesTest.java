package io.rangefinder.capture.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Statistics of parts, merged in any order, are the statistics of the whole. */
class TensorStatisticsPropertiesTest {

    @Property(edgeCases = EdgeCasesMode.NONE)
    void partsMergedInAnyOrderAreTheWhole(
            @ForAll("parts") List<List<Double>> parts, @ForAll Random random) {
        List<Double> whole = parts.stream().flatMap(List::stream).toList();
        List<TensorStatistics> left =
                new ArrayList<>(parts.stream().map(StatisticsArbitraries::of).toList());
        left.add(TensorStatistics.EMPTY);

        // Any tree of merges: two at random become one, until one is left.
        while (left.size() > 1) {
            Collections.shuffle(left, random);
            TensorStatistics one = left.remove(left.size() - 1);
            TensorStatistics other = left.remove(left.size() - 1);
            left.add(one.merge(other));
        }

        assertEquals(StatisticsArbitraries.of(whole), left.get(0));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void mergingIsCommutativeAndAssociative(
            @ForAll("statistics") TensorStatistics a,
            @ForAll("statistics") TensorStatistics b,
            @ForAll("statistics") TensorStatistics c) {
        assertEquals(a.merge(b), b.merge(a));
        assertEquals(a.merge(b).merge(c), a.merge(b.merge(c)));
        assertEquals(a, a.merge(TensorStatistics.EMPTY));
    }

    @Provide
    static Arbitrary<List<List<Double>>> parts() {
        return StatisticsArbitraries.elements().list().ofMaxSize(6);
    }

    @Provide
    static Arbitrary<TensorStatistics> statistics() {
        return StatisticsArbitraries.statistics();
    }
}
