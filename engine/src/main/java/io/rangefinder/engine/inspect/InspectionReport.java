package io.rangefinder.engine.inspect;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What TensorRT makes of a model. Immutable.
 *
 * <p>Seen is the optimizer of the graph. What comes after it wants a device and is not: which
 * kernel a layer gets, conversions of format between layers, and what Myelin, TensorRT's second
 * compiler, does with the part of the graph that it takes as one layer.
 *
 * @param tensorRt TensorRT's version, empty if it did not come so far as to tell
 * @param outcome how far TensorRT came
 * @param reason why it did not come further; empty if it did
 * @param mode how the model says what runs in INT8
 * @param errors what the parser does not accept
 * @param ranges what became of each range, in implicit mode
 * @param tensorsWithoutRange float tensors of the network that have no range, in implicit mode
 * @param layers every convolution and linear layer with a constant weight, in order of the model,
 *     then the other layers with weights, which no Q/DQ reach
 * @param fusions what the optimizer fused, in its order
 * @param leftovers kernels that the Q/DQ cost: those that stay, and what they keep from fusing
 * @param networkLayers layers before optimization
 * @param layersLeft layers after it
 * @param floatLayersLeft layers that the same model without Q/DQ has after it, in implicit mode
 *     with a range on every tensor (in float, where that wants a device)
 * @param warnings TensorRT's warnings and errors, each once
 */
public record InspectionReport(
        Optional<String> tensorRt,
        Outcome outcome,
        String reason,
        Mode mode,
        List<ParserError> errors,
        List<Range> ranges,
        List<String> tensorsWithoutRange,
        List<Layer> layers,
        List<Fusion> fusions,
        List<Leftover> leftovers,
        OptionalInt networkLayers,
        OptionalInt layersLeft,
        OptionalInt floatLayersLeft,
        List<String> warnings) {

    /**
     * Copies the lists.
     *
     * @param tensorRt TensorRT's version
     * @param outcome how far TensorRT came
     * @param reason why it did not come further
     * @param mode how the model says what runs in INT8
     * @param errors what the parser does not accept
     * @param ranges what became of each range
     * @param tensorsWithoutRange float tensors without a range
     * @param layers every weighted layer
     * @param fusions what the optimizer fused
     * @param leftovers kernels that the Q/DQ cost
     * @param networkLayers layers before optimization
     * @param layersLeft layers after it
     * @param floatLayersLeft layers of the float graph after it
     * @param warnings TensorRT's warnings and errors
     */
    public InspectionReport {
        Objects.requireNonNull(tensorRt, "tensorRt");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(mode, "mode");
        errors = List.copyOf(errors);
        ranges = List.copyOf(ranges);
        tensorsWithoutRange = List.copyOf(tensorsWithoutRange);
        layers = List.copyOf(layers);
        fusions = List.copyOf(fusions);
        leftovers = List.copyOf(leftovers);
        warnings = List.copyOf(warnings);
    }

    /** How far TensorRT came. */
    public enum Outcome {
        /** Parser and optimizer went through. */
        OPTIMIZED,
        /** The parser accepted the model, but the optimizer gave up. */
        NOT_OPTIMIZED,
        /** The parser does not accept the model. */
        REJECTED,
        /** The child ended before it was done. */
        CRASHED,
        /** The child was killed at the time limit. */
        TIMED_OUT,
        /** The child was killed, or stopped writing, at the limit of what it may write. */
        TOO_LONG
    }

    /** How the model says what runs in INT8. */
    public enum Mode {
        /** By Q/DQ. */
        EXPLICIT,
        /** By the ranges of tensors. */
        IMPLICIT,
        /** Not at all. */
        FLOAT
    }

    /**
     * What the parser does not accept.
     *
     * @param node the ONNX node's name, empty if it is about the whole model
     * @param operator its operator, or empty
     * @param message TensorRT's own words
     */
    public record ParserError(String node, String operator, String message) {}

    /**
     * A range that was set.
     *
     * @param tensor the ONNX tensor, or TensorRT's own name for one that it made
     * @param amax the half-width
     * @param origin {@code given}, {@code carried} (of the values it carries for another) or {@code
     *     bounded} (by arithmetic on others)
     * @param accepted whether TensorRT accepted it
     */
    public record Range(String tensor, double amax, String origin, boolean accepted) {}

    /** What a weighted layer ends in. */
    public enum Verdict {
        /** TensorRT's log shows its fusion with both its DQ. */
        INT8,
        /**
         * Both its operands come from DQ, and Myelin took the layer with them: its form is INT8,
         * and the log shows no more.
         */
        INT8_IN_MYELIN,
        /** Implicit mode: it has all ranges; which kernel is faster is measured on the device. */
        INT8_ALLOWED,
        /** Its Q/DQ are of another type than INT8: FP8, INT4. */
        OTHER_TYPE,
        /** It stays in float. */
        FLOAT,
        /** TensorRT did not come so far. */
        UNKNOWN
    }

    /**
     * A convolution or linear layer with a constant weight, or another layer with weights.
     *
     * @param name the ONNX node's name, or its output's if it has none
     * @param operator {@code Conv}, {@code ConvTranspose}, {@code Gemm}, {@code MatMul}, or {@code
     *     LSTM} and the like
     * @param verdict what it ends in
     * @param reason why, where it is not INT8
     * @param pinned whether it is meant to stay in float
     */
    public record Layer(
            String name, String operator, Verdict verdict, String reason, boolean pinned) {}

    /**
     * A fusion.
     *
     * @param pass the optimizer's pass, such as {@code ConvReluFusion}
     * @param from the layers that were fused, by TensorRT's names
     * @param into the layer they became
     */
    public record Fusion(String pass, List<String> from, String into) {

        /**
         * Copies.
         *
         * @param pass the optimizer's pass
         * @param from the layers that were fused
         * @param into the layer they became
         */
        public Fusion {
            from = List.copyOf(from);
        }
    }

    /**
     * A kernel that would not be there without Q/DQ: a Q, a DQ, both in one, a cast to what DQ
     * reads, or a layer that Q/DQ part from the weighted one that it would be fused with.
     *
     * @param layer TensorRT's name for it
     * @param operator that of its first ONNX node, mostly {@code QuantizeLinear} or {@code
     *     DequantizeLinear}; empty if the model has no such node
     * @param after the ONNX node whose output it reads, Q/DQ aside, or {@code input NAME}
     * @param before the ONNX nodes that read what it makes in the model
     */
    public record Leftover(String layer, String operator, String after, List<String> before) {

        /**
         * Copies.
         *
         * @param layer TensorRT's name for it
         * @param operator its operator
         * @param after the ONNX node whose output it converts
         * @param before the ONNX nodes that read what it makes
         */
        public Leftover {
            before = List.copyOf(before);
        }
    }

    /**
     * The weighted layers that end in float and are not meant to.
     *
     * @return in order of the model
     */
    public List<Layer> floatUnasked() {
        return layers.stream().filter(l -> l.verdict() == Verdict.FLOAT && !l.pinned()).toList();
    }

    /**
     * The number of weighted layers with a verdict.
     *
     * @param verdict the verdict
     * @return at most the number of {@link #layers}
     */
    public long count(Verdict verdict) {
        return layers.stream().filter(l -> l.verdict() == verdict).count();
    }

    /**
     * The ranges that TensorRT did not accept.
     *
     * @return in order of the network
     */
    public List<Range> refusedRanges() {
        return ranges.stream().filter(r -> !r.accepted()).toList();
    }

    /**
     * Whether all is as it should be: optimized to the end, each weighted layer in INT8 or meant
     * not to be, each range accepted and none missing.
     *
     * @return true if there is nothing to mend
     */
    public boolean passes() {
        return outcome == Outcome.OPTIMIZED
                && floatUnasked().isEmpty()
                && refusedRanges().isEmpty()
                && tensorsWithoutRange.isEmpty();
    }
}
