package io.rangefinder.engine.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/** Samples apart: each is copied from where it is into its slot. */
final class SampleBatch implements Batch {

    private final List<TensorDescription> inputs;
    private final List<Integer> sampleBytes;
    private final List<NDList> samples;

    private SampleBatch(
            List<TensorDescription> inputs, List<Integer> sampleBytes, List<NDList> samples) {
        this.inputs = inputs;
        this.sampleBytes = sampleBytes;
        this.samples = samples;
    }

    static SampleBatch of(BoundModel model, List<NDList> samples) {
        List<TensorDescription> inputs = model.inputs();
        BatchLayout layout = model.batches();
        for (TensorDescription input : inputs) {
            if (!layout.carries(input)) {
                throw new UnsuitableInputException(
                        "input "
                                + input.name()
                                + " of shape "
                                + input.shape()
                                + " does not carry the batch, so that each sample can't bring its"
                                + " own; give whole batches (a translator whose batchifier is"
                                + " null)");
            }
        }
        List<Shape> expected = inputs.stream().map(i -> i.shape().slice(1)).toList();
        for (int s = 0; s < samples.size(); s++) {
            NDList sample = samples.get(s);
            Inputs.requireCount(inputs, sample.size());
            for (int i = 0; i < inputs.size(); i++) {
                Shape given = sample.get(i).getShape();
                if (!given.equals(expected.get(i))) {
                    throw Inputs.wrongShape(
                            inputs.get(i), expected.get(i) + " in each sample", given, s);
                }
            }
        }
        List<Integer> bytes = inputs.stream().map(i -> i.byteSize() / layout.size()).toList();
        return new SampleBatch(inputs, bytes, samples);
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public void copySamples(int input, int from, int count, ByteBuffer target) {
        TensorDescription description = inputs.get(input);
        int bytes = sampleBytes.get(input);
        for (int slot = 0; slot < count; slot++) {
            NDArray array = samples.get(from + slot).get(input);
            if (array.getDataType() == description.type()) {
                copy(array, bytes, slot, target);
            } else {
                try (NDArray converted = array.toType(description.type(), false)) {
                    copy(converted, bytes, slot, target);
                }
            }
        }
    }

    private static void copy(NDArray array, int bytes, int slot, ByteBuffer target) {
        ByteBuffer source = array.toByteBuffer(true);
        target.put(slot * bytes, source, source.position(), bytes);
    }

    @Override
    public void copyWhole(int input, ByteBuffer target) {
        throw new IllegalStateException("every input of a batch of samples carries the batch");
    }

    @Override
    public void close() {
        // Conversions are closed at once, sample by sample.
    }
}
