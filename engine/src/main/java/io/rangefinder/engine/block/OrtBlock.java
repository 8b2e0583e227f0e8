package io.rangefinder.engine.block;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.engine.batch.BatchUse;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.onnx.OpenLengths;
import io.rangefinder.engine.onnx.OutputNames;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.FixedLengths;
import io.rangefinder.engine.session.SplitBatches;
import io.rangefinder.engine.session.TensorDescription;
import io.rangefinder.engine.session.UnsuitableInputException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One forward pass of an INT8 model in ONNX Runtime: NDArrays in, NDArrays out. Safe from any
 * thread.
 *
 * <p>Inputs go by their order, as the source's do. One in the host's memory is read where it is;
 * outputs are written into arrays of the inputs' manager, or copied where their shapes can't be
 * told beforehand or the arrays are not in that memory. A model whose batch is open runs batches as
 * they are; one whose batch is fixed runs others in parts, where that is shown to be right.
 */
final class OrtBlock extends Int8Block {

    private final OrtModel session;
    private final List<TensorDescription> inputs;
    private final List<String> outputNames;

    /** The inputs that carry the batch. */
    private final List<Integer> batched;

    private final Optional<SplitBatches> fixed;

    private final OpenLengths lengths;

    OrtBlock(OrtModel session) {
        super(session.inputs(), session.outputs(), CalledMethod.of(session.metadata()));
        this.session = session;
        inputs = session.inputs();
        lengths = OpenLengths.of(session.metadata());
        outputNames =
                OutputNames.of(
                        session.metadata(),
                        session.outputs().stream().map(TensorDescription::name).toList());
        fixed = fixed(session);
        batched = fixed.map(OrtBlock::batched).orElseGet(session::batchedInputs);
    }

    /** How a model whose inputs all have a first axis of fixed length treats batches. */
    private static Optional<SplitBatches> fixed(OrtModel session) {
        Optional<Long> size =
                session.inputs().stream()
                        .map(TensorDescription::shape)
                        .filter(shape -> shape.dimension() > 0)
                        .findFirst()
                        .map(shape -> shape.get(0));
        boolean open =
                session.inputs().stream()
                        .map(TensorDescription::shape)
                        .anyMatch(shape -> shape.dimension() > 0 && shape.get(0) < 0);
        if (open || size.isEmpty() || size.get() < 1) {
            return Optional.empty();
        }
        BatchUse use =
                BatchUse.of(session.metadata())
                        .orElseGet(
                                () ->
                                        new BatchUse(
                                                Map.of(),
                                                Optional.of("the model doesn't tell of batches")));
        return Optional.of(
                new SplitBatches(
                        session.inputs(),
                        session.outputs(),
                        new BatchLayout(Math.toIntExact(size.get()), use.axes(), use.obstacle())));
    }

    private static List<Integer> batched(SplitBatches batches) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < batches.inputs().size(); i++) {
            if (batches.layout().carries(batches.inputs().get(i))) {
                places.add(i);
            }
        }
        return places;
    }

    @Override
    NDList run(NDList arrays) {
        if (arrays.size() != inputs.size()) {
            throw new UnsuitableInputException(
                    "the model takes "
                            + inputs.size()
                            + " inputs, "
                            + inputs
                            + ", but was given "
                            + arrays.size());
        }
        for (int i = 0; i < inputs.size(); i++) {
            requireFits(inputs.get(i), arrays.get(i).getShape(), batched.contains(i) ? 1 : 0);
        }
        requireLengths(arrays);
        long batch = batchOf(arrays);
        if (fixed.isPresent()) {
            return fixed.get().run(arrays, batch, this::runOnce);
        }
        if (batch == 0) {
            throw new UnsuitableInputException(
                    "input "
                            + inputs.get(batched.get(0)).name()
                            + " of shape "
                            + arrays.get(batched.get(0)).getShape()
                            + " holds no sample; give at least one");
        }
        return runOnce(arrays);
    }

    private void requireLengths(NDList arrays) {
        if (lengths.axes().isEmpty()) {
            return;
        }
        Map<String, List<Long>> shapes = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            long[] shape = arrays.get(i).getShape().getShape();
            shapes.put(inputs.get(i).name(), Arrays.stream(shape).boxed().toList());
        }
        lengths.problem(shapes)
                .ifPresent(
                        problem -> {
                            throw new UnsuitableInputException(problem);
                        });
    }

    /** The length of the batch, on which all inputs that carry it must agree. */
    private long batchOf(NDList arrays) {
        if (batched.isEmpty()) {
            return fixed.map(f -> (long) f.layout().size()).orElse(1L);
        }
        int first = batched.get(0);
        long batch = arrays.get(first).getShape().get(0);
        for (int i : batched) {
            if (arrays.get(i).getShape().get(0) != batch) {
                throw new UnsuitableInputException(
                        "inputs "
                                + inputs.get(first).name()
                                + " of shape "
                                + arrays.get(first).getShape()
                                + " and "
                                + inputs.get(i).name()
                                + " of shape "
                                + arrays.get(i).getShape()
                                + " must hold the same number of samples along their first axes");
            }
        }
        return batch;
    }

    private static void requireFits(TensorDescription input, Shape given, int from) {
        Shape expected = input.shape();
        boolean fits = given.dimension() == expected.dimension();
        for (int axis = from; fits && axis < expected.dimension(); axis++) {
            fits = expected.get(axis) < 0 || expected.get(axis) == given.get(axis);
        }
        if (!fits) {
            throw new UnsuitableInputException(
                    "input "
                            + input.name()
                            + " must be of shape "
                            + expected
                            + " but is "
                            + given
                            + FixedLengths.remedy(expected, given, from));
        }
    }

    private NDList runOnce(NDList arrays) {
        List<NamedTensor> tensors = new ArrayList<>(arrays.size());
        NDList converted = new NDList();
        try {
            for (int i = 0; i < arrays.size(); i++) {
                TensorDescription expected = inputs.get(i);
                NDArray input = arrays.get(i);
                if (input.getDataType() != expected.type()) {
                    input = input.toType(expected.type(), false);
                    converted.add(input);
                }
                tensors.add(
                        new NamedTensor(
                                expected.name(),
                                expected.type(),
                                input.getShape(),
                                input.toByteBuffer(true)));
            }
            return runInArrays(tensors, arrays.get(0).getManager());
        } finally {
            converted.close();
        }
    }

    /**
     * Arrays are made before the model runs where that can be: the code that makes them is in the
     * processor's caches then, since the inputs were made just now; behind a pass it takes ten
     * times as long. ONNX Runtime writes into their own memory, so that a view of one may outlive
     * it.
     */
    private NDList runInArrays(List<NamedTensor> tensors, NDManager manager) {
        if (!showsMemory(manager)) {
            NDList copies = new NDList();
            for (NamedTensor tensor : session.run(tensors)) {
                add(copies, manager.create(tensor.data(), tensor.shape(), tensor.type()));
            }
            return copies;
        }
        NDList made = new NDList();
        boolean written = false;
        try {
            Optional<List<NamedTensor>> foreseen =
                    session.foresee(
                            tensors, (output, shape) -> memory(made, manager, output, shape));
            written = foreseen.isPresent() && session.runInto(tensors, foreseen.get());
        } finally {
            if (!written) {
                made.close();
            }
        }
        return written ? made : copies(session.runUnforeseen(tensors), manager);
    }

    /** What is made for a GPU, or by another engine, is a copy of what it is made from. */
    private static boolean showsMemory(NDManager manager) {
        return manager.getDevice().getDeviceType().equals(Device.Type.CPU)
                && manager.getEngine().getEngineName().equals("PyTorch");
    }

    private ByteBuffer memory(
            NDList arrays, NDManager manager, TensorDescription output, Shape shape) {
        NDArray array = manager.create(shape, output.type());
        add(arrays, array);
        return array.toByteBuffer(true);
    }

    private NDList copies(List<NamedTensor> tensors, NDManager manager) {
        NDList arrays = new NDList(tensors.size());
        for (NamedTensor tensor : tensors) {
            NDArray array = manager.create(tensor.shape(), tensor.type());
            add(arrays, array);
            if (tensor.data().capacity() > 0) {
                array.toByteBuffer(true).put(tensor.data().duplicate());
            }
        }
        return arrays;
    }

    private void add(NDList arrays, NDArray array) {
        String name = outputNames.get(arrays.size());
        if (!name.isEmpty()) {
            array.setName(name);
        }
        arrays.add(array);
    }
}
