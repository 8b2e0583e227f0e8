package io.rangefinder.capture.observers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a clamp makes of statistics is what was seen of the clamped numbers. */
class ClampPropertiesTest {

    private static final double INF = Double.POSITIVE_INFINITY;

    @Provide
    Arbitrary<List<Float>> numbers() {
        return Arbitraries.oneOf(
                        Arbitraries.floats().between(-40, 40),
                        Arbitraries.of(
                                0f,
                                -0f,
                                6f,
                                Float.NaN,
                                Float.POSITIVE_INFINITY,
                                Float.NEGATIVE_INFINITY))
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<Clamp> clamps() {
        return Arbitraries.of(
                Clamp.NONE,
                new Clamp(0, INF),
                new Clamp(0, 6),
                new Clamp(-1, 1),
                new Clamp(-INF, 2.5),
                new Clamp(3, 3),
                new Clamp(0, INF).then(new Clamp(-1, 1)),
                new Clamp(-1, 1).then(new Clamp(2, 6)));
    }

    /** As torch.clamp does it: NaN stays NaN. */
    private static float clamp(Clamp clamp, float x) {
        return Float.isNaN(x) ? x : (float) Math.min(Math.max(x, clamp.low()), clamp.high());
    }

    /** What min and max see of clamped numbers. */
    private static TensorStatistics clamp(Clamp clamp, TensorStatistics seen) {
        MinMaxObserver observer = new MinMaxObserver();
        Tally tally = seen.seenBy(observer).orElseThrow();
        return new TensorStatistics(observer.clamp(tally, clamp), Map.of());
    }

    private static TensorStatistics seen(List<Float> numbers) {
        float[] finite = new float[numbers.size()];
        int n = 0;
        long[] other = new long[3];
        for (float x : numbers) {
            if (Float.isNaN(x)) {
                other[0]++;
            } else if (Float.isInfinite(x)) {
                other[x > 0 ? 1 : 2]++;
            } else {
                finite[n++] = x;
            }
        }
        Arrays.sort(finite, 0, n);
        return new TensorStatistics(
                numbers.size(),
                n == 0 ? INF : finite[0],
                n == 0 ? -INF : finite[n - 1],
                other[0],
                other[1],
                other[2]);
    }

    @Property
    void statisticsOfClampedNumbersAreClampedStatistics(
            @ForAll("numbers") List<Float> numbers, @ForAll("clamps") Clamp clamp) {
        List<Float> clamped = numbers.stream().map(x -> clamp(clamp, x)).toList();
        assertEquals(seen(clamped), clamp(clamp, seen(numbers)));
    }

    @Property
    void oneClampAfterAnotherIsOneClamp(
            @ForAll("numbers") List<Float> numbers,
            @ForAll("clamps") Clamp first,
            @ForAll("clamps") Clamp second) {
        TensorStatistics seen = seen(numbers);
        assertEquals(clamp(second, clamp(first, seen)), clamp(first.then(second), seen));
    }
}
