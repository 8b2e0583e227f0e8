package io.rangefinder.engine.compile;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.engine.batch.BatchAnalysis;
import io.rangefinder.engine.match.Matching;
import io.rangefinder.engine.match.TensorMatcher;
import io.rangefinder.engine.onnx.HookNames;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.prepare.Preparation;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Quantizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Quantizes a model with its ranges. Stateless, hence safe from any thread. */
public final class Int8Compiler {

    private Int8Compiler() {}

    /**
     * Quantizes.
     *
     * @param files the model
     * @param ranges ranges by hook point, or by ONNX tensor
     * @param example one batch of the model's inputs in order, to export the source with, or to
     *     find hook points among the tensors of an ONNX from elsewhere by value; if empty, what the
     *     ranges tell of the inputs serves
     * @param options how to quantize
     * @return the INT8 model and what became of each layer
     * @throws UnsuitableRangesException if the ranges are another model's
     * @throws MalformedModelException if a file of the model can't be read, the source can't be
     *     exported, or the ONNX is another model than the source
     * @throws IOException if a file can't be read
     */
    public static QuantizedModel compile(
            ModelFiles files,
            DynamicRanges ranges,
            Optional<NDList> example,
            QuantizationOptions options)
            throws IOException, MalformedModelException {
        RangedOnnx ranged = prepare(files, ranges, example, options.opset());
        QuantizedModel quantized = new Quantizer(options).quantize(ranged.model(), ranged.ranges());
        if (quantized.coverage().int8Layers() == 0) {
            throw new UnsuitableRangesException(
                    "no layer of "
                            + files.name()
                            + " is left to run in INT8; "
                            + quantized.coverage().toText().replace('\n', ';'));
        }
        return new QuantizedModel(
                quantized.model(), quantized.coverage().withUnmatchedRanges(ranged.unmatched()));
    }

    /**
     * Gives the float model as ONNX, with the ranges under the names of its tensors.
     *
     * @param files the model
     * @param ranges ranges by hook point, or by ONNX tensor
     * @param example one batch of the model's inputs, as {@link #compile} takes it
     * @param opset the opset that a source is exported with, or empty for the one that it needs
     * @return the float model and its ranges
     * @throws UnsuitableRangesException if the ranges are another model's
     * @throws MalformedModelException as {@link #compile} does
     * @throws IOException if a file can't be read
     */
    public static RangedOnnx prepare(
            ModelFiles files, DynamicRanges ranges, Optional<NDList> example, OptionalInt opset)
            throws IOException, MalformedModelException {
        requireOwnRanges(files, ranges);
        if (files.onnx().isPresent() && opset.isPresent()) {
            throw new IllegalArgumentException(
                    "an opset is for an archive that is exported, but "
                            + files.onnx().get()
                            + " has one already; leave it out, or export the model anew");
        }
        OnnxModel given =
                files.onnx().isPresent()
                        ? OnnxModel.read(files.onnx().get())
                        : FloatModel.export(files.source().orElseThrow(), ranges, example, opset);
        OnnxModel onnx = Preparation.prepare(given);
        Matching matching = match(files, onnx, ranges, example);
        DynamicRanges byTensor = matching.toTensors(ranges);
        if (byTensor.asMap().isEmpty()) {
            throw new UnsuitableRangesException(
                    "none of the "
                            + ranges.asMap().size()
                            + " ranges is for a tensor of "
                            + files.name()
                            + "; capture ranges of this model");
        }
        Set<String> unmatched = new LinkedHashSet<>(matching.hooksWithoutTensor());
        // What preparation folded away was a tensor of the model all the same.
        unmatched.removeAll(given.graph().names());
        // Code that never ran has hook points, too, and nothing to give to a tensor.
        unmatched.removeAll(ranges.withoutRange());
        return new RangedOnnx(withBatchUse(onnx, ranges), byTensor, unmatched);
    }

    /** A model whose batch is fixed tells how it treats batches: whoever runs it must know. */
    private static OnnxModel withBatchUse(OnnxModel model, DynamicRanges ranges)
            throws InvalidOnnxException {
        boolean open =
                model.inputs().stream()
                        .map(i -> i.getType().getTensorType().getShape())
                        .anyMatch(s -> s.getDimCount() > 0 && s.getDim(0).getDimValue() <= 0);
        return open
                ? model
                : BatchAnalysis.of(model, ranges.provenance().inputs()).writtenTo(model);
    }

    private static void requireOwnRanges(ModelFiles files, DynamicRanges ranges)
            throws IOException, MalformedModelException {
        Optional<String> digest = ranges.provenance().modelDigest();
        if (digest.isEmpty() || files.source().isEmpty()) {
            return;
        }
        ModelSource source = files.source().get();
        String own = source.digest();
        if (!own.equals(digest.get())) {
            throw new UnsuitableRangesException(
                    "the ranges are for the model "
                            + digest.get()
                            + ", but "
                            + source.name()
                            + " is "
                            + own
                            + "; capture ranges of this model");
        }
    }

    private static Matching match(
            ModelFiles files, OnnxModel onnx, DynamicRanges ranges, Optional<NDList> example)
            throws IOException, MalformedModelException {
        Set<String> names = ranges.tensors().keySet();
        Matching byName = TensorMatcher.byName(onnx, names);
        boolean exported = HookNames.of(onnx).isPresent();
        if (exported || byName.hooksWithoutTensor().isEmpty() || files.source().isEmpty()) {
            return byName;
        }
        try (NDManager manager = NDManager.newBaseManager(RangeCapture.ENGINE)) {
            NDList inputs =
                    example.or(() -> ExampleInputs.make(manager, ranges, fixedBatch(onnx)))
                            .orElseThrow(
                                    () ->
                                            new UnsuitableRangesException(
                                                    "the ranges do not tell what inputs "
                                                            + files.source().get().name()
                                                            + " takes; give example inputs, or"
                                                            + " ranges in the .ranges format"));
            ReferenceRun reference =
                    ReferenceRun.of(files.source().get(), ranges.provenance().call(), inputs);
            List<NamedTensor> tensors = new ArrayList<>();
            for (NDArray input : inputs) {
                tensors.add(
                        new NamedTensor(
                                input.getName() == null ? "" : input.getName(),
                                input.getDataType(),
                                input.getShape(),
                                input.toByteBuffer()));
            }
            return TensorMatcher.match(onnx, tensors, reference.hooks(), reference.outputs());
        }
    }

    private static Optional<Long> fixedBatch(OnnxModel onnx) {
        return onnx.inputs().stream()
                .map(ValueInfoProto::getType)
                .map(t -> t.getTensorType().getShape())
                .filter(s -> s.getDimCount() > 0)
                .map(s -> s.getDim(0))
                .filter(TensorShapeProto.Dimension::hasDimValue)
                .map(TensorShapeProto.Dimension::getDimValue)
                .filter(d -> d > 0)
                .findFirst();
    }
}
