package io.rangefinder.engine.tensorrt.plan.report;

import java.util.Objects;
import java.util.Optional;

/**
 * A layer of a plan, which is often several layers of the model fused.
 *
 * @param name TensorRT's name: those of the model's layers with {@code +} between
 * @param type what it does, as TensorRT says: {@code CaskConvolution}, {@code Reformat}
 * @param precision what it computes in
 * @param weighted whether it is a convolution or linear layer
 * @param leftInFloat why a weighted layer is in float; empty for all others
 */
public record LayerReport(
        String name,
        String type,
        Precision precision,
        boolean weighted,
        Optional<String> leftInFloat) {

    /**
     * Checks that nothing is null.
     *
     * @param name its name
     * @param type what it does
     * @param precision what it computes in
     * @param weighted whether it is weighted
     * @param leftInFloat why it is in float
     */
    public LayerReport {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(leftInFloat, "leftInFloat");
    }

    @Override
    public String toString() {
        return precision + " " + type + " " + name + leftInFloat.map(": "::concat).orElse("");
    }
}
