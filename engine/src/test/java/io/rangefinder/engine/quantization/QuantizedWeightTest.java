package io.rangefinder.engine.quantization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class QuantizedWeightTest {

    @Property(tries = 200)
    void valuesStayInRangeAndNearTheWeight(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int out,
            @ForAll @IntRange(min = 1, max = 6) int in,
            @ForAll @IntRange(min = 1, max = 3) int kernel,
            @ForAll @IntRange(min = -1, max = 1) int axis,
            @ForAll @IntRange(min = 7, max = 8) int bits) {
        long[] shape = {out, in, kernel, kernel};
        Random random = new Random(seed);
        float[] weight = new float[out * in * kernel * kernel];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian();
        }
        int channels = QuantizedWeight.channels(shape, axis);
        QuantizedWeight quantized =
                QuantizedWeight.of(weight, shape, axis, bits, new float[channels]);
        float[] back = quantized.dequantized();
        assertEquals(channels, quantized.scales().length);
        int limit = bits == 8 ? 127 : 63;
        for (int i = 0; i < weight.length; i++) {
            assertTrue(Math.abs(quantized.values()[i]) <= limit);
            int channel =
                    axis == -1
                            ? 0
                            : axis == 0 ? i / (in * kernel * kernel) : i / kernel / kernel % in;
            // At most one step by rounding either way, one more by the kernel's and channel's sums,
            // and what the least factor cuts off.
            double step = quantized.scales()[channel];
            double tolerance = 2.01 * step + 0.12 * limit * step;
            assertEquals(weight[i], back[i], tolerance);
        }
    }

    @Property(tries = 100)
    void errorsOfChannelCancel(@ForAll long seed) {
        Random random = new Random(seed);
        float[] weight = new float[64];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian();
        }
        // A least scale above every factor's leaves nothing cut off.
        QuantizedWeight quantized =
                QuantizedWeight.of(weight, new long[] {1, 64}, 0, 8, new float[] {0.1f});
        double sum = 0;
        float[] back = quantized.dequantized();
        for (int i = 0; i < weight.length; i++) {
            sum += back[i] - weight[i];
        }
        assertTrue(Math.abs(sum) <= 0.51 * quantized.scales()[0]);
    }
}
