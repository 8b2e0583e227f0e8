package io.rangefinder.capture.statistics;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Elements of tensors, and their statistics worked out in the plainest way. */
final class StatisticsArbitraries {

    private StatisticsArbitraries() {}

    static Arbitrary<List<Double>> elements() {
        Arbitrary<Double> odd =
                Arbitraries.of(
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        0.0,
                        -0.0,
                        Double.MIN_VALUE,
                        -Double.MAX_VALUE);
        Arbitrary<Double> any = Arbitraries.longs().map(Double::longBitsToDouble);
        return Arbitraries.oneOf(odd, any).list().ofMaxSize(20);
    }

    static Arbitrary<TensorStatistics> statistics() {
        return elements().map(StatisticsArbitraries::of);
    }

    static TensorStatistics of(List<Double> elements) {
        List<Double> finite = elements.stream().filter(Double::isFinite).toList();
        return new TensorStatistics(
                elements.size(),
                finite.stream().mapToDouble(x -> x).min().orElse(Double.POSITIVE_INFINITY),
                finite.stream().mapToDouble(x -> x).max().orElse(Double.NEGATIVE_INFINITY),
                elements.stream().filter(x -> x.isNaN()).count(),
                elements.stream().filter(x -> x == Double.POSITIVE_INFINITY).count(),
                elements.stream().filter(x -> x == Double.NEGATIVE_INFINITY).count());
    }
}
