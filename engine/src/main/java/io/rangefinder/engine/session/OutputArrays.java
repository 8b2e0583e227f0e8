package io.rangefinder.engine.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of one batch, gathered part by part out of a session's buffers.
 *
 * <p>Where the arrays' engine shows their own memory (PyTorch on a CPU does), it is written in
 * place. So the arrays own their memory, and a view of one may outlive it.
 */
final class OutputArrays {

    private final List<TensorDescription> outputs;
    private final BatchLayout layout;
    private final int batch;
    private final List<Target> targets = new ArrayList<>();

    /**
     * Where an output goes.
     *
     * @param array the array
     * @param memory its memory, or a buffer to set it from
     * @param own whether it is its memory
     */
    private record Target(NDArray array, ByteBuffer memory, boolean own) {

        static Target of(NDManager manager, TensorDescription tensor) {
            NDArray array = manager.create(tensor.shape(), tensor.type());
            array.setName(tensor.name());
            int bytes = tensor.byteSize();
            if (bytes > 0 && !manager.getDevice().isGpu()) {
                ByteBuffer memory = array.toByteBuffer(true);
                if (memory.isDirect()) {
                    return new Target(array, memory, true);
                }
            }
            return new Target(array, ByteBuffer.allocateDirect(bytes), bytes == 0);
        }

        NDArray finish() {
            if (!own) {
                array.set(memory.clear());
            }
            return array;
        }
    }

    OutputArrays(BoundModel model, NDManager manager, int batch) {
        outputs = model.outputs();
        layout = model.batches();
        this.batch = batch;
        for (TensorDescription output : outputs) {
            Shape shape = output.shape();
            if (layout.carries(output)) {
                shape = layout.withBatch(output, batch);
            }
            TensorDescription whole = new TensorDescription(output.name(), output.type(), shape);
            targets.add(Target.of(manager, whole));
        }
    }

    /** Copies the results of some samples, which a session that has run has in its first slots. */
    void take(BoundSession session, int from, int count) {
        for (int i = 0; i < outputs.size(); i++) {
            TensorDescription output = outputs.get(i);
            ByteBuffer memory = targets.get(i).memory();
            if (layout.carries(output)) {
                take(output, targets.get(i), session.output(i), from, count);
            } else {
                memory.put(0, session.output(i), 0, output.byteSize());
            }
        }
    }

    /** Axes before the batch's are walked through: between their parts lie other samples. */
    private void take(
            TensorDescription output, Target target, ByteBuffer source, int from, int count) {
        int before = 1;
        for (int axis = 0; axis < layout.axes().get(output.name()); axis++) {
            before *= Math.toIntExact(output.shape().get(axis));
        }
        if (output.byteSize() == 0) {
            return;
        }
        int part = output.byteSize() / before;
        int bytes = part / layout.size();
        for (int i = 0; i < before; i++) {
            int to = (i * batch + from) * bytes;
            target.memory().put(to, source, i * part, count * bytes);
        }
    }

    NDList finish() {
        NDList arrays = new NDList(targets.size());
        targets.forEach(target -> arrays.add(target.finish()));
        return arrays;
    }

    /** Closes the arrays of a batch that failed. */
    void discard() {
        targets.forEach(target -> target.array().close());
    }
}
