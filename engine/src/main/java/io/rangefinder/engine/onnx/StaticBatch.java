package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives a model whose batch may have any length one of a fixed length, for programs that take no
 * other, such as DJL's TensorRT engine. Nodes stay as they are: with a fixed input every shape that
 * they compute from it is fixed, too. Stateless, hence safe from any thread.
 */
public final class StaticBatch {

    /** A length that the exporter writes, such as {@code 2*batch+1}. */
    private static final Pattern LENGTH =
            Pattern.compile("(?:(?<times>\\d{1,9})\\*)?batch(?<more>[+-]\\d{1,9})?");

    private final OnnxModel model;
    private final long batch;
    private final Set<String> symbols = new HashSet<>();

    private StaticBatch(OnnxModel model, long batch) {
        this.model = model;
        this.batch = batch;
    }

    /**
     * Fixes the batch, the first axis of each input that leaves it open, in the declared shapes of
     * inputs, outputs and tensors in between.
     *
     * @param model the model
     * @param batch the number of samples
     * @return the model with inputs of fixed shapes; the same one if its batch is that already
     * @throws InvalidOnnxException if an input declares no shape or leaves another axis open too,
     *     or if the batch is fixed at another length
     * @throws IllegalArgumentException if {@code batch} is less than 1
     */
    public static OnnxModel fix(OnnxModel model, long batch) throws InvalidOnnxException {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch has at least 1 sample, not " + batch);
        }
        return new StaticBatch(model, batch).fix();
    }

    private OnnxModel fix() throws InvalidOnnxException {
        List<ValueInfoProto> inputs = model.inputs();
        boolean open = false;
        for (ValueInfoProto input : inputs) {
            if (!input.getType().getTensorType().hasShape()) {
                throw refuse(
                        input, "declares no shape; export the model with the shapes of inputs");
            }
            TensorShapeProto shape = shape(input);
            if (shape.getDimCount() > 0 && isOpen(shape.getDim(0))) {
                open = true;
                symbols.add(shape.getDim(0).getDimParam());
            }
        }
        symbols.remove("");
        for (ValueInfoProto input : inputs) {
            requireOthersFixed(input);
        }
        if (!open) {
            requireThisBatch(inputs);
            return model;
        }
        return OnnxModel.of(rewritten(), model.source());
    }

    private void requireOthersFixed(ValueInfoProto input) throws InvalidOnnxException {
        TensorShapeProto shape = shape(input);
        for (int axis = 1; axis < shape.getDimCount(); axis++) {
            Dimension length = shape.getDim(axis);
            if (isOpen(length) && value(length).isEmpty()) {
                throw refuse(
                        input,
                        "may have any length along axis "
                                + axis
                                + (length.getDimParam().isEmpty()
                                        ? ""
                                        : " (" + length.getDimParam() + ")")
                                + "; a fixed batch is not enough to fix its shape: export the model"
                                + " for inputs of one length");
            }
        }
    }

    private void requireThisBatch(List<ValueInfoProto> inputs) throws InvalidOnnxException {
        for (ValueInfoProto input : inputs) {
            if (shape(input).getDimCount() > 0 && shape(input).getDim(0).getDimValue() != batch) {
                throw refuse(
                        input,
                        "takes batches of "
                                + shape(input).getDim(0).getDimValue()
                                + " only, not of "
                                + batch
                                + "; ask for that length, or export the model for this one");
            }
        }
    }

    private ModelProto rewritten() {
        ModelProto.Builder fixed = model.proto().toBuilder();
        GraphProto.Builder graph = fixed.getGraphBuilder();
        Set<String> given = new HashSet<>();
        model.inputs().forEach(i -> given.add(i.getName()));
        for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
            TensorShapeProto.Builder shape =
                    input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
            if (given.contains(input.getName()) && shape.getDimCount() > 0) {
                if (isOpen(shape.getDim(0))) {
                    shape.getDimBuilder(0).setDimValue(batch);
                }
                substitute(shape);
            }
        }
        graph.getOutputBuilderList().forEach(this::substitute);
        graph.getValueInfoBuilderList().forEach(this::substitute);
        return fixed.build();
    }

    private void substitute(ValueInfoProto.Builder value) {
        if (value.getType().getTensorType().hasShape()) {
            substitute(value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder());
        }
    }

    /** What is not known to follow from the batch is left unsaid: a wrong word would be worse. */
    private void substitute(TensorShapeProto.Builder shape) {
        for (Dimension.Builder length : shape.getDimBuilderList()) {
            if (isOpen(length.build())) {
                Optional<Long> value = value(length.build());
                length.clearDimParam().clearDimValue();
                value.ifPresent(length::setDimValue);
            }
        }
    }

    private Optional<Long> value(Dimension length) {
        if (symbols.contains(length.getDimParam())) {
            return Optional.of(batch);
        }
        Matcher matcher = LENGTH.matcher(length.getDimParam());
        if (!symbols.contains("batch") || !matcher.matches()) {
            return Optional.empty();
        }
        long times = Optional.ofNullable(matcher.group("times")).map(Long::parseLong).orElse(1L);
        long more = Optional.ofNullable(matcher.group("more")).map(Long::parseLong).orElse(0L);
        long value = Math.addExact(Math.multiplyExact(times, batch), more);
        return value < 0 ? Optional.empty() : Optional.of(value);
    }

    private static boolean isOpen(Dimension length) {
        return !length.hasDimValue() || length.getDimValue() <= 0;
    }

    private static TensorShapeProto shape(ValueInfoProto value) {
        return value.getType().getTensorType().getShape();
    }

    private InvalidOnnxException refuse(ValueInfoProto input, String problem) {
        return new InvalidOnnxException(
                model.source(), "input '" + input.getName() + "' " + problem);
    }
}
