package io.rangefinder.engine.tensorrt.session;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.TensorDescription;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans that compute with small whole numbers, so that float sums are exact in any order. */
public final class StandInPlans {

    private static final int IN = 5;
    private static final int OUT = 3;

    private StandInPlans() {}

    public static TensorDescription floats(String name, long... shape) {
        return new TensorDescription(name, DataType.FLOAT32, new Shape(shape));
    }

    public static TensorDescription ints(String name, long... shape) {
        return new TensorDescription(name, DataType.INT32, new Shape(shape));
    }

    /** The first input's first axis is the batch; outputs without it keep it from being split. */
    public static BatchLayout layout(
            List<TensorDescription> inputs, List<TensorDescription> outputs) {
        long size = inputs.get(0).shape().head();
        Map<String, Integer> axes =
                Stream.concat(inputs.stream(), outputs.stream())
                        .filter(t -> t.shape().dimension() > 0 && t.shape().head() == size)
                        .collect(Collectors.toMap(TensorDescription::name, t -> 0));
        Optional<String> without =
                outputs.stream()
                        .map(TensorDescription::name)
                        .filter(name -> !axes.containsKey(name))
                        .findFirst();
        return new BatchLayout((int) size, axes, without.map(o -> "output " + o + " is of all"));
    }

    public static PlanSignature plan(
            List<TensorDescription> inputs, List<TensorDescription> outputs) {
        return new PlanSignature(
                inputs, outputs, layout(inputs, outputs), 4096, OptionalInt.empty());
    }

    /** One linear layer from 5 to 3 features: {@code x (batch, 5)} to {@code y (batch, 3)}. */
    public static StandInTrtDevice linear(int batch) {
        return linear(batch, 1000);
    }

    /** The same on a device that has room for so many sessions. */
    public static StandInTrtDevice linear(int batch, int sessions) {
        PlanSignature plan =
                plan(List.of(floats("x", batch, IN)), List.of(floats("y", batch, OUT)));
        return new StandInTrtDevice(
                plan.inputs(),
                plan.outputs(),
                plan,
                (in, out) -> linear(batch, in.get(0), out.get(0), 1),
                (64 << 20) + 1000 + sessions * plan.sessionBytes());
    }

    /**
     * Two inputs and two outputs that carry the batch, and an input that does not: {@code y = scale
     * * linear(x)}, {@code c = 2 * n + 1}.
     */
    public static StandInTrtDevice several(int batch) {
        List<TensorDescription> inputs =
                List.of(floats("x", batch, IN), floats("scale", 1), ints("n", batch, 2, 2));
        List<TensorDescription> outputs = List.of(floats("y", batch, OUT), ints("c", batch, 2, 2));
        PlanSignature plan =
                new PlanSignature(
                        inputs,
                        outputs,
                        BatchLayout.firstAxes(batch, Set.of("x", "n", "y", "c")),
                        4096,
                        OptionalInt.empty());
        return new StandInTrtDevice(
                plan,
                (in, out) -> {
                    linear(batch, in.get(0), out.get(0), in.get(1).getFloat(0));
                    for (int i = 0; i < batch * 4; i++) {
                        out.get(1).putInt(i * 4, 2 * in.get(2).getInt(i * 4) + 1);
                    }
                });
    }

    private static void linear(int batch, ByteBuffer x, ByteBuffer y, float scale) {
        for (int n = 0; n < batch; n++) {
            float[] sample = new float[IN];
            x.position(n * IN * 4);
            x.asFloatBuffer().get(sample);
            float[] result = linear(sample);
            for (int k = 0; k < OUT; k++) {
                y.putFloat((n * OUT + k) * 4, scale * result[k]);
            }
        }
    }

    /** What one sample of 5 whole numbers gives. */
    public static float[] linear(float[] sample) {
        float[] result = new float[OUT];
        for (int k = 0; k < OUT; k++) {
            for (int j = 0; j < IN; j++) {
                result[k] += weight(k, j) * sample[j];
            }
        }
        return result;
    }

    private static float weight(int k, int j) {
        return (k * 31 + j * 7) % 11 - 5;
    }
}
