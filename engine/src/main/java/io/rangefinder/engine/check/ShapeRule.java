package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/**
 * Inputs have fixed lengths but for the batch: DJL's TensorRT engine loads no plan whose other axes
 * vary, and none of the axes is longer than TensorRT's 32-bit lengths and volumes.
 */
final class ShapeRule implements Rule {

    @Override
    public String name() {
        return "shape";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        if (graph.isBody()) {
            return;
        }
        for (ValueInfoProto input : graph.model().inputs()) {
            if (input.getType().getTensorType().hasShape()) {
                check(
                        input.getName(),
                        input.getType().getTensorType().getShape(),
                        graph.version(),
                        findings);
            } else {
                findings.error(
                        input.getName(),
                        input.getName(),
                        "the input has no shape",
                        "export with its shape; TensorRT needs to know the number of axes");
            }
        }
    }

    private static void check(
            String input, TensorShapeProto shape, TensorRtVersion version, Findings findings) {
        double volume = 1;
        for (int axis = 0; axis < shape.getDimCount(); axis++) {
            Dimension dim = shape.getDim(axis);
            boolean fixed = dim.hasDimValue() && dim.getDimValue() >= 0;
            volume *= fixed ? dim.getDimValue() : 1;
            if (!fixed && axis > 0) {
                findings.warning(
                        input,
                        input,
                        "axis "
                                + axis
                                + (dim.getDimParam().isEmpty()
                                        ? ""
                                        : " (" + dim.getDimParam() + ")")
                                + " may have any length; DJL's TensorRT engine needs fixed shapes",
                        "export with the length that the application uses");
            }
        }
        if (volume > Integer.MAX_VALUE && version.isBefore10()) {
            findings.error(
                    input,
                    input,
                    String.format("holds %.0f values; %s counts up to 2^31 - 1", volume, version),
                    "export with shorter axes");
        }
    }
}
