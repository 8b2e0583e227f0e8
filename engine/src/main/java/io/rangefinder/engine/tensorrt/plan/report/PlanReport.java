package io.rangefinder.engine.tensorrt.plan.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of a plan's layers. Immutable.
 *
 * @param layers the plan's layers, in the order they run in
 * @param tensorsInFloat in implicit mode the tensors whose range is missing or a mere bound, so
 *     that what touches them stays in float
 * @param unknownLayers the layers to keep in float that the model does not have
 */
public record PlanReport(
        List<LayerReport> layers, List<String> tensorsInFloat, List<String> unknownLayers) {

    /**
     * Copies.
     *
     * @param layers the plan's layers
     * @param tensorsInFloat the tensors without a range of use
     * @param unknownLayers the layers that the model does not have
     */
    public PlanReport {
        layers = List.copyOf(layers);
        tensorsInFloat = List.copyOf(tensorsInFloat);
        unknownLayers = List.copyOf(unknownLayers);
    }

    /**
     * The convolutions and linear layers in INT8.
     *
     * @return at most {@link #weightedLayers}
     */
    public long int8Layers() {
        return layers.stream().filter(l -> l.weighted() && l.precision() == Precision.INT8).count();
    }

    /**
     * The convolutions and linear layers.
     *
     * @return their number in the plan
     */
    public long weightedLayers() {
        return layers.stream().filter(LayerReport::weighted).count();
    }

    /**
     * A summary, then a line for each layer and for each tensor without a range of use.
     *
     * @return lines for people, without a line break at the end
     */
    public String toText() {
        return text(
                "convolutions and linear layers in INT8; " + layers.size() + " layers in the plan",
                layers);
    }

    /**
     * A summary, then a line for each convolution or linear layer that stays in float, each tensor
     * without a range of use and each unknown layer.
     *
     * @return lines for people, one if nothing is amiss
     */
    public String summary() {
        return text(
                "layers in INT8",
                layers.stream()
                        .filter(l -> l.weighted() && l.precision() != Precision.INT8)
                        .toList());
    }

    private String text(String counted, List<LayerReport> shown) {
        StringBuilder text = new StringBuilder();
        text.append(int8Layers())
                .append(" of ")
                .append(weightedLayers())
                .append(' ')
                .append(counted);
        shown.forEach(l -> text.append('\n').append(l));
        tensorsInFloat.forEach(t -> text.append("\nno range of use: ").append(t));
        unknownLayers.forEach(l -> text.append("\nno such layer: ").append(l));
        return text.toString();
    }

    /**
     * The same as JSON.
     *
     * @return an object that {@link #ofJson} reads
     */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("weightedLayers", weightedLayers());
        json.addProperty("int8Layers", int8Layers());
        JsonArray all = new JsonArray();
        for (LayerReport layer : layers) {
            JsonObject one = new JsonObject();
            one.addProperty("name", layer.name());
            one.addProperty("type", layer.type());
            one.addProperty("precision", layer.precision().name());
            one.addProperty("weighted", layer.weighted());
            layer.leftInFloat().ifPresent(why -> one.addProperty("leftInFloat", why));
            all.add(one);
        }
        json.add("layers", all);
        json.add("tensorsInFloat", array(tensorsInFloat));
        json.add("unknownLayers", array(unknownLayers));
        return json;
    }

    /**
     * Reads what {@link #toJson} gave.
     *
     * @param json the object
     * @return the report
     * @throws JsonParseException if something is missing
     * @throws IllegalStateException if something is of another kind
     * @throws IllegalArgumentException if a precision is unknown
     */
    public static PlanReport ofJson(JsonObject json) {
        List<LayerReport> layers = new ArrayList<>();
        for (JsonElement element : need(json, "layers").getAsJsonArray()) {
            JsonObject one = element.getAsJsonObject();
            layers.add(
                    new LayerReport(
                            need(one, "name").getAsString(),
                            need(one, "type").getAsString(),
                            Precision.valueOf(need(one, "precision").getAsString()),
                            need(one, "weighted").getAsBoolean(),
                            Optional.ofNullable(one.get("leftInFloat"))
                                    .map(JsonElement::getAsString)));
        }
        return new PlanReport(
                layers, texts(need(json, "tensorsInFloat")), texts(need(json, "unknownLayers")));
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static List<String> texts(JsonElement array) {
        List<String> texts = new ArrayList<>();
        array.getAsJsonArray().forEach(e -> texts.add(e.getAsString()));
        return texts;
    }

    private static JsonElement need(JsonObject json, String name) {
        if (!json.has(name)) {
            throw new JsonParseException("'" + name + "' is missing");
        }
        return json.get(name);
    }
}
