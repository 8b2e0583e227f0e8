package io.rangefinder.engine.tensorrt.session;

import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.TensorDescription;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What must be known of a plan before it may be loaded. Whoever builds the plan knows it.
 *
 * <p>DJL's native layer tells shapes only once it has a session, and making one for shapes that it
 * can't hold ends the process: an axis without a length, a length of 0, 2<sup>31</sup> elements or
 * more, an element type that it does not know. Names and types are compared with the plan's when it
 * is loaded, shapes only after the first session is made. So keep a description with the digest of
 * its plan, and load them together or not at all.
 *
 * @param inputs the inputs in the order that arrays are given in, whatever the plan's
 * @param outputs the outputs in the order that arrays come out in, whatever the plan's
 * @param batches which of them carry the batch
 * @param contextBytes the device memory that one execution context takes beside its inputs and
 *     outputs, as {@code ICudaEngine::getDeviceMemorySize} tells
 * @param dlaCore the DLA core that the plan was built for, or empty for the GPU
 */
public record PlanSignature(
        List<TensorDescription> inputs,
        List<TensorDescription> outputs,
        BatchLayout batches,
        long contextBytes,
        OptionalInt dlaCore) {

    /**
     * Refuses what DJL's native layer can't load.
     *
     * @param inputs the inputs
     * @param outputs the outputs
     * @param batches which of them carry the batch
     * @param contextBytes the device memory that one execution context takes
     * @param dlaCore the DLA core
     * @throws IllegalArgumentException if there are no inputs or no outputs, a shape is not static,
     *     an axis is of length 0, a tensor takes 2 GiB or more, a type is not one of float32,
     *     float16, int8, int32 and boolean, the layout does not fit, or a number is negative
     */
    public PlanSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        Objects.requireNonNull(dlaCore, "dlaCore");
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw new IllegalArgumentException("a plan has inputs and outputs");
        }
        if (contextBytes < 0 || dlaCore.orElse(0) < 0) {
            throw new IllegalArgumentException(
                    "neither device memory nor a DLA core can be negative");
        }
        batches.requireFits(inputs, outputs);
        Stream.concat(inputs.stream(), outputs.stream()).forEach(PlanSignature::requireLoadable);
    }

    private static void requireLoadable(TensorDescription tensor) {
        boolean known =
                switch (tensor.type()) {
                    case FLOAT32, FLOAT16, INT8, INT32, BOOLEAN -> true;
                    default -> false;
                };
        if (!known) {
            throw new IllegalArgumentException(
                    "tensor "
                            + tensor.name()
                            + " is of type "
                            + tensor.type()
                            + ", which DJL's TensorRT engine does not know; cast it to int32 or"
                            + " float32 in the model");
        }
        int bytes;
        try {
            bytes = tensor.byteSize();
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (bytes == 0) {
            throw new IllegalArgumentException(
                    "tensor " + tensor.name() + " of shape " + tensor.shape() + " is empty");
        }
    }

    /** The device memory that one session takes. */
    long sessionBytes() {
        long buffers =
                Stream.concat(inputs.stream(), outputs.stream())
                        .mapToLong(TensorDescription::byteSize)
                        .sum();
        return Math.addExact(contextBytes, buffers);
    }
}
