package io.rangefinder.engine.export;

import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.TensorDescription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Whether a model with open lengths gives in ONNX Runtime what one gives that was exported for one
 * length, on inputs of that length. Stateless.
 */
final class LengthsCheck {

    private static final long SEED = 20_240_229;

    /** More than float32 loses by another order of additions. */
    private static final double MAX_NOISE = 1e-6;

    private LengthsCheck() {}

    /**
     * Compares them on random inputs.
     *
     * @param open the bytes of the model with open lengths
     * @param fixed the bytes of the model for one length
     * @param shapes the shape of each input
     * @return what differs, to stand behind "at length", or empty if nothing does
     */
    static Optional<String> difference(byte[] open, byte[] fixed, List<List<Long>> shapes)
            throws MalformedModelException {
        try (OrtModel one = OrtModel.load(fixed, "fixed", Execution.UNOPTIMIZED, 0);
                OrtModel any = OrtModel.load(open, "open", Execution.UNOPTIMIZED, 0)) {
            List<NamedTensor> inputs = inputs(any.inputs(), shapes);
            List<NamedTensor> expected;
            try {
                expected = one.run(inputs);
            } catch (EngineException e) {
                // The model does not take such inputs, whichever way it is exported.
                return Optional.empty();
            }
            return difference(expected, any.run(inputs));
        } catch (EngineException e) {
            return Optional.of("it fails: " + e.getMessage());
        }
    }

    private static List<NamedTensor> inputs(
            List<TensorDescription> inputs, List<List<Long>> shapes) {
        Random random = new Random(SEED);
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            TensorDescription input = inputs.get(i);
            Shape shape = new Shape(shapes.get(i));
            int bytes =
                    Math.toIntExact(Math.multiplyExact(shape.size(), input.type().getNumOfBytes()));
            ByteBuffer data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            while (data.hasRemaining()) {
                put(data, input.type(), random);
            }
            tensors.add(new NamedTensor(input.name(), input.type(), shape, data.clear()));
        }
        return tensors;
    }

    /** Of whole numbers 0 and 1: tokens, masks and labels wherever such are asked for. */
    private static void put(ByteBuffer data, DataType type, Random random) {
        switch (type) {
            case FLOAT32 -> data.putFloat((float) random.nextGaussian());
            case FLOAT64 -> data.putDouble(random.nextGaussian());
            case INT64 -> data.putLong(random.nextInt(2));
            case INT32 -> data.putInt(random.nextInt(2));
            case FLOAT16, INT16, BFLOAT16 -> data.putShort((short) 0);
            default -> data.put((byte) random.nextInt(2));
        }
    }

    private static Optional<String> difference(
            List<NamedTensor> expected, List<NamedTensor> actual) {
        for (int i = 0; i < expected.size(); i++) {
            NamedTensor a = expected.get(i);
            NamedTensor b = actual.get(i);
            if (!a.shape().equals(b.shape())) {
                return Optional.of(
                        "output " + a.name() + " is of shape " + b.shape() + ", not " + a.shape());
            }
            if (!agree(a, b)) {
                return Optional.of("output " + a.name() + " differs");
            }
        }
        return Optional.empty();
    }

    private static boolean agree(NamedTensor a, NamedTensor b) {
        boolean real = a.type() == DataType.FLOAT32 || a.type() == DataType.FLOAT64;
        if (!real) {
            return a.data().duplicate().clear().equals(b.data().duplicate().clear());
        }
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < a.shape().size(); i++) {
            double x = at(a, i);
            double y = at(b, i);
            if (Double.isFinite(x)) {
                signal += x * x;
                noise += (x - y) * (x - y);
            } else if (Double.compare(x, y) != 0) {
                return false;
            }
        }
        return noise <= MAX_NOISE * signal + Float.MIN_NORMAL;
    }

    private static double at(NamedTensor tensor, int index) {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.nativeOrder());
        return tensor.type() == DataType.FLOAT32
                ? data.getFloat(index * Float.BYTES)
                : data.getDouble(index * Double.BYTES);
    }
}
