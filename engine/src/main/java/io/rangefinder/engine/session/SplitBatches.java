package io.rangefinder.engine.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Runs batches of any length on a model that takes NDArrays of one: cut into parts, the last one
 * filled up with zeros, whose results are cut off. What {@link BatchedSession} does in buffers, for
 * models that have none bound. Immutable, hence safe from any thread.
 *
 * @param inputs the model's inputs; axes behind the first may be open
 * @param outputs the model's outputs, likewise
 * @param layout how the model treats the batch
 */
public record SplitBatches(
        List<TensorDescription> inputs, List<TensorDescription> outputs, BatchLayout layout) {

    /**
     * Runs a batch.
     *
     * @param arrays an array an input, of the shapes that the model takes but for the batch
     * @param batch the number of samples
     * @param once runs one batch of the model's own length
     * @return an array an output, of the batch's length
     * @throws UnsuitableInputException if the model takes no other batch than its own
     */
    public NDList run(NDList arrays, long batch, UnaryOperator<NDList> once) {
        if (batch == layout.size()) {
            return once.apply(arrays);
        }
        layout.requireRunnable(batch);
        List<NDList> results = new ArrayList<>();
        try {
            // A batch of no samples runs, too: only so are all axes of outputs known.
            for (long from = 0; from < Math.max(1, batch); from += layout.size()) {
                long count = Math.min(layout.size(), batch - from);
                NDList part = part(arrays, from, count);
                try {
                    results.add(cut(once.apply(part), count));
                } finally {
                    closeOthers(part, arrays);
                }
            }
            return join(results);
        } catch (RuntimeException e) {
            results.forEach(NDList::close);
            throw e;
        }
    }

    private NDList part(NDList arrays, long from, long count) {
        NDList part = new NDList(arrays.size());
        for (int i = 0; i < arrays.size(); i++) {
            NDArray array = arrays.get(i);
            if (!layout.carries(inputs.get(i))) {
                part.add(array);
                continue;
            }
            NDArray rows = array.get(from + ":" + (from + count));
            if (count < layout.size()) {
                Shape missing = Shape.update(array.getShape(), 0, layout.size() - count);
                try (NDArray given = rows;
                        NDArray zeros = array.getManager().zeros(missing, array.getDataType())) {
                    rows = given.concat(zeros, 0);
                }
            }
            part.add(rows);
        }
        return part;
    }

    private NDList cut(NDList results, long count) {
        if (count == layout.size()) {
            return results;
        }
        NDList kept = new NDList(results.size());
        for (int i = 0; i < results.size(); i++) {
            NDArray result = results.get(i);
            if (!layout.carries(outputs.get(i))) {
                kept.add(result);
                continue;
            }
            int axis = layout.axes().get(outputs.get(i).name());
            long each = result.getShape().get(axis) / layout.size();
            try (result) {
                kept.add(result.get(":,".repeat(axis) + "0:" + each * count));
            }
        }
        return kept;
    }

    private NDList join(List<NDList> results) {
        NDList all = new NDList();
        for (int i = 0; i < outputs.size(); i++) {
            NDList parts = new NDList();
            for (NDList result : results) {
                parts.add(result.get(i));
            }
            boolean carries = layout.carries(outputs.get(i));
            if (parts.size() == 1 || !carries) {
                all.add(parts.get(0));
                new NDList(parts.subList(1, parts.size())).close();
            } else {
                all.add(NDArrays.concat(parts, layout.axes().get(outputs.get(i).name())));
                parts.close();
            }
            all.get(i).setName(results.get(0).get(i).getName());
        }
        return all;
    }

    private static void closeOthers(NDList part, NDList arrays) {
        for (int i = 0; i < part.size(); i++) {
            if (part.get(i) != arrays.get(i)) {
                part.get(i).close();
            }
        }
    }
}
