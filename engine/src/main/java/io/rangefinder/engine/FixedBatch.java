package io.rangefinder.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.session.TensorDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * Runs any batch on a model whose batch is fixed: split into parts of that size, the last one
 * filled up with copies of its last sample, and the results put together without what was filled
 * up.
 *
 * @param size the model's batch, or empty if it takes any
 */
record FixedBatch(OptionalLong size) {

    static FixedBatch of(List<TensorDescription> inputs) {
        boolean fixed =
                !inputs.isEmpty()
                        && inputs.stream()
                                .allMatch(i -> i.shape().dimension() > 0 && i.shape().get(0) > 0)
                        && inputs.stream().mapToLong(i -> i.shape().get(0)).distinct().count() == 1;
        return new FixedBatch(
                fixed ? OptionalLong.of(inputs.get(0).shape().get(0)) : OptionalLong.empty());
    }

    NDList run(NDList inputs, UnaryOperator<NDList> once) {
        long batch =
                inputs.get(0).getShape().dimension() == 0 ? 1 : inputs.get(0).getShape().get(0);
        if (size.isEmpty() || batch == size.getAsLong()) {
            return once.apply(inputs);
        }
        long part = size.getAsLong();
        List<NDList> results = new ArrayList<>();
        for (long from = 0; from < batch; from += part) {
            long to = Math.min(batch, from + part);
            NDList some = new NDList();
            for (NDArray input : inputs) {
                some.add(fill(input.get(from + ":" + to), part));
            }
            NDList outputs = once.apply(some);
            some.close();
            results.add(cut(outputs, part, to - from));
        }
        NDList all = new NDList();
        for (int i = 0; i < results.get(0).size(); i++) {
            NDList parts = new NDList();
            for (NDList result : results) {
                parts.add(result.get(i));
            }
            all.add(parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0));
        }
        return all;
    }

    private static NDArray fill(NDArray input, long size) {
        long missing = size - input.getShape().get(0);
        if (missing == 0) {
            return input;
        }
        NDArray last = input.get("-1:");
        return input.concat(last.repeat(0, missing), 0);
    }

    private static NDList cut(NDList outputs, long size, long samples) {
        NDList kept = new NDList();
        for (NDArray output : outputs) {
            Shape shape = output.getShape();
            boolean batched = shape.dimension() > 0 && shape.get(0) == size;
            kept.add(batched && samples < size ? output.get("0:" + samples) : output);
        }
        return kept;
    }
}
