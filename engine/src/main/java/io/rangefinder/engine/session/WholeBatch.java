package io.rangefinder.engine.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One array an input: neighbouring samples lie side by side and are copied at once. */
final class WholeBatch implements Batch {

    private final int size;
    private final List<Integer> sampleBytes = new ArrayList<>();
    private final List<ByteBuffer> sources = new ArrayList<>();
    private final NDList converted = new NDList();

    private WholeBatch(int size) {
        this.size = size;
    }

    static WholeBatch of(BoundModel model, NDList arrays) {
        List<TensorDescription> inputs = model.inputs();
        BatchLayout layout = model.batches();
        Inputs.requireCount(inputs, arrays.size());
        WholeBatch batch = new WholeBatch(sizeOf(inputs, layout, arrays));
        try {
            for (int i = 0; i < inputs.size(); i++) {
                batch.add(inputs.get(i), layout, arrays.get(i));
            }
            return batch;
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    /** All arrays that carry the batch must agree on its length. */
    private static int sizeOf(List<TensorDescription> inputs, BatchLayout layout, NDList arrays) {
        OptionalLong size = OptionalLong.empty();
        for (int i = 0; i < inputs.size(); i++) {
            TensorDescription input = inputs.get(i);
            Shape given = arrays.get(i).getShape();
            if (!layout.carries(input)) {
                if (!given.equals(input.shape())) {
                    throw Inputs.wrongShape(input, input.shape().toString(), given);
                }
                continue;
            }
            boolean sameRank = given.dimension() == input.shape().dimension();
            long batch = size.orElse(sameRank ? given.head() : -1);
            if (!sameRank || !given.equals(Shape.update(input.shape(), 0, batch))) {
                throw Inputs.wrongShape(input, Inputs.withBatch(input, size), given);
            }
            size = OptionalLong.of(batch);
        }
        return Math.toIntExact(size.orElse(layout.size()));
    }

    private void add(TensorDescription input, BatchLayout layout, NDArray array) {
        NDArray source = array;
        if (array.getDataType() != input.type()) {
            source = array.toType(input.type(), false);
            converted.add(source);
        }
        sampleBytes.add(
                layout.carries(input) ? input.byteSize() / layout.size() : input.byteSize());
        sources.add(source.toByteBuffer(true));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void copySamples(int input, int from, int count, ByteBuffer target) {
        int bytes = sampleBytes.get(input);
        ByteBuffer source = sources.get(input);
        int start = Math.addExact(source.position(), Math.multiplyExact(from, bytes));
        target.put(0, source, start, count * bytes);
    }

    @Override
    public void copyWhole(int input, ByteBuffer target) {
        ByteBuffer source = sources.get(input);
        target.put(0, source, source.position(), sampleBytes.get(input));
    }

    @Override
    public void close() {
        converted.close();
    }
}
