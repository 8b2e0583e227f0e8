package io.rangefinder.engine.tensorrt.plan.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what TensorRT's engine inspector prints with {@code LayerInformationFormat::kJSON}: an
 * object whose {@code Layers} are objects if the plan was built with {@code
 * ProfilingVerbosity::kDETAILED}, else names alone (NVIDIA TensorRT Developer Guide, "Engine
 * Inspector"). Stateless.
 */
public final class InspectorJson {

    /** What a weighted layer is called in {@code LayerType} or {@code ParameterType}. */
    private static final List<String> WEIGHTED =
            List.of("conv", "gemm", "matmul", "matrixmultiply", "fullyconnected");

    private InspectorJson() {}

    /**
     * Reads the layers.
     *
     * @param json what the inspector printed
     * @param reasons why layers of the network stay in float, by their names
     * @return the plan's layers in their order
     * @throws JsonParseException if it is not what the inspector prints
     */
    public static List<LayerReport> read(String json, Map<String, String> reasons) {
        try {
            JsonArray layers =
                    JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("Layers");
            if (layers == null) {
                throw new JsonParseException("'Layers' is missing");
            }
            List<LayerReport> reports = new ArrayList<>();
            for (JsonElement layer : layers) {
                reports.add(
                        layer.isJsonObject()
                                ? detailed(layer.getAsJsonObject(), reasons)
                                : new LayerReport(
                                        layer.getAsString(),
                                        "",
                                        Precision.OTHER,
                                        false,
                                        Optional.empty()));
            }
            return reports;
        } catch (IllegalStateException | ClassCastException | UnsupportedOperationException e) {
            throw new JsonParseException("the engine inspector printed something else", e);
        }
    }

    private static LayerReport detailed(JsonObject layer, Map<String, String> reasons) {
        String name = text(layer, "Name");
        String type = text(layer, "LayerType");
        boolean weighted = isWeighted(type) || isWeighted(text(layer, "ParameterType"));
        Precision precision = precision(layer);
        boolean inFloat = weighted && (precision == Precision.FP16 || precision == Precision.FP32);
        return new LayerReport(
                name,
                type,
                precision,
                weighted,
                inFloat ? Optional.of(reason(name, reasons)) : Optional.empty());
    }

    private static boolean isWeighted(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return WEIGHTED.stream().anyMatch(lower::contains);
    }

    /** A fused layer's name is those of its parts with plus signs between. */
    private static String reason(String name, Map<String, String> reasons) {
        return Arrays.stream(name.split(" \\+ "))
                .map(String::strip)
                .filter(reasons::containsKey)
                .map(reasons::get)
                .findFirst()
                .orElse(
                        "TensorRT has no INT8 implementation of it for these shapes and this GPU,"
                                + " or a faster one in float");
    }

    /** A layer computes in the type of its weights, else of what it reads. */
    private static Precision precision(JsonObject layer) {
        if (layer.has("Weights") && layer.get("Weights").isJsonObject()) {
            return Precision.of(text(layer.getAsJsonObject("Weights"), "Type"));
        }
        for (String side : List.of("Inputs", "Outputs")) {
            JsonArray tensors = layer.getAsJsonArray(side);
            if (tensors != null && !tensors.isEmpty()) {
                return Precision.of(text(tensors.get(0).getAsJsonObject(), "Format/Datatype"));
            }
        }
        return Precision.OTHER;
    }

    private static String text(JsonObject json, String name) {
        return json.has(name) ? json.get(name).getAsString() : "";
    }
}
