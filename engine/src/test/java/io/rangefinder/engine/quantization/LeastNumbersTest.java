package io.rangefinder.engine.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LeastNumbersTest {

    @Property
    void keepsTheFirstOfThoseSorted(
            @ForAll long[] numbers, @ForAll @IntRange(min = 1, max = 40) int most) {
        LeastNumbers least = new LeastNumbers(most);
        Arrays.stream(numbers).forEach(least::add);
        assertArrayEquals(
                Arrays.stream(numbers).sorted().limit(most).toArray(),
                IntStream.range(0, least.size()).mapToLong(least::get).sorted().toArray());
    }
}
