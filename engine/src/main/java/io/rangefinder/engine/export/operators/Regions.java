package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;

/** torchvision's operators on regions of images. Stateless. */
final class Regions {

    private static final int OPSET_OF_HALF_PIXELS = 16;

    private Regions() {}

    /** Regions are told as (image in the batch, x1, y1, x2, y2). */
    static SymbolicTensor roiAlign(OperatorCall call) {
        SymbolicTensor x = call.tensor("input");
        SymbolicTensor rois = call.tensor("rois");
        Primitives to = call.primitives();
        boolean aligned = call.truth("aligned");
        long height = call.integer("pooled_height");
        long width = call.integer("pooled_width");
        List<AttributeProto> attributes = new ArrayList<>();
        if (call.graph().opset() >= OPSET_OF_HALF_PIXELS) {
            String mode = aligned ? "half_pixel" : "output_half_pixel";
            attributes.add(Attributes.of("coordinate_transformation_mode", mode));
        } else if (aligned) {
            throw call.unsupported("is aligned, for which ONNX has to have opset 17");
        }
        attributes.add(Attributes.of("mode", "avg"));
        attributes.add(Attributes.of("output_height", height));
        attributes.add(Attributes.of("output_width", width));
        // As many as the region is large: 0 for ONNX, less than 1 for torchvision.
        attributes.add(
                Attributes.of("sampling_ratio", Math.max(0, call.integer("sampling_ratio"))));
        attributes.add(Attributes.of("spatial_scale", call.real("spatial_scale")));
        SymbolicTensor image = to.cast(to.select(rois, 1, Dim.ZERO), ElementType.INT64);
        SymbolicTensor corners = to.slice(rois, 1, Dim.ONE, Dim.of(5), 1);
        return call.graph()
                .node(
                        "RoiAlign",
                        x.type(),
                        List.of(rois.dim(0), x.dim(1), Dim.of(height), Dim.of(width)),
                        List.of(x, corners, image),
                        attributes.toArray(AttributeProto[]::new));
    }

    static Value nms(OperatorCall call) {
        throw call.unsupported(
                "keeps as many boxes as the input says, whereas shapes have to be known; give out"
                        + " boxes and scores and call it after the model");
    }
}
