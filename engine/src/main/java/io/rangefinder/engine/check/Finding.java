package io.rangefinder.engine.check;

/**
 * One thing that is wrong with a model. Immutable.
 *
 * @param severity how bad it is
 * @param rule the rule that was broken, one word, such as {@code zero-point}
 * @param layer the ONNX node: for Q/DQ the layer that reads them; empty for the model as a whole
 * @param tensor the tensor, empty if it is about no single one
 * @param problem what is wrong
 * @param remedy what to do
 */
public record Finding(
        Severity severity,
        String rule,
        String layer,
        String tensor,
        String problem,
        String remedy) {

    /** One line for people, such as {@code error zero-point at '/fc/Gemm', tensor 'x': ...}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(severity + " " + rule);
        if (!layer.isEmpty()) {
            line.append(" at '").append(layer).append('\'');
        }
        if (!tensor.isEmpty() && !tensor.equals(layer)) {
            line.append(", tensor '").append(tensor).append('\'');
        }
        return line.append(": ").append(problem).append("; ").append(remedy).toString();
    }
}
