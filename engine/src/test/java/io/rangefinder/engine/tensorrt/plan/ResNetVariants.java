package io.rangefinder.engine.tensorrt.plan;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.Quantizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The ResNet of the examples: exported by us or by PyTorch, and with Q/DQ. */
final class ResNetVariants {

    static final Path FOLDER = Path.of("../examples/models").toAbsolutePath().normalize();

    private ResNetVariants() {}

    /** As PyTorch's own exporter wrote it, with an open batch. */
    static OnnxModel byPyTorch() throws IOException, MalformedModelException {
        return OnnxModel.read(FOLDER.resolve("resnet.onnx"));
    }

    /** As we export it, tensors named by hook points. */
    static OnnxModel exported() throws IOException, MalformedModelException {
        return ModelExporter.export(
                        FOLDER.resolve("resnet_traced.pt"),
                        List.of(
                                new InputDescription(
                                        "input", "float32", List.of(2L, 1L, 28L, 28L))),
                        ExportOptions.DEFAULT)
                .toOnnx();
    }

    /** A made-up range for every tensor, each one's own. */
    static DynamicRanges ranges(OnnxModel model) {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        int n = 1;
        ranges.add(model.inputs().get(0).getName(), new DynamicRange(0.25));
        for (NodeProto node : model.proto().getGraph().getNodeList()) {
            ranges.add(node.getOutput(0), new DynamicRange(0.25 * ++n));
        }
        return ranges.build();
    }

    /** What PyTorch's own hooks saw. */
    static Map<String, JsonElement> hookRanges() throws IOException {
        JsonObject json =
                JsonParser.parseString(Files.readString(FOLDER.resolve("resnet.hook-ranges.json")))
                        .getAsJsonObject();
        return json.getAsJsonObject("ranges").asMap();
    }

    static double amax(JsonElement minAndMax) {
        JsonArray pair = minAndMax.getAsJsonArray();
        return Math.max(Math.abs(pair.get(0).getAsDouble()), Math.abs(pair.get(1).getAsDouble()));
    }

    static OnnxModel quantized(OnnxModel model) throws MalformedModelException {
        return new Quantizer(QuantizationOptions.builder().build())
                .quantize(model, ranges(model))
                .model();
    }
}
