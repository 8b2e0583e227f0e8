package io.rangefinder.engine.tensorrt.plan;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.rangefinder.engine.tensorrt.plan.network.Binding;
import io.rangefinder.engine.tensorrt.plan.network.Gpu;
import io.rangefinder.engine.tensorrt.plan.report.PlanReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What has to be known of a plan before loading it: native code that finds another TensorRT, or too
 * little memory, may end the process.
 *
 * @param rangefinder the version of Rangefinder that built it
 * @param tensorRt the version of TensorRT that built it, the only one that loads it
 * @param gpu the GPU that it was built on
 * @param options how it was built, as {@link PlanOptions#toString}
 * @param planBytes the plan's size
 * @param planDigest the {@link io.rangefinder.engine.cache.ContentKey} of the plan's file
 * @param deviceMemoryBytes what one session takes of the device beside its bindings
 * @param bindings inputs and outputs, in the plan's order
 * @param report what became of the layers
 */
public record PlanDescription(
        String rangefinder,
        String tensorRt,
        Gpu gpu,
        String options,
        long planBytes,
        String planDigest,
        long deviceMemoryBytes,
        List<Binding> bindings,
        PlanReport report) {

    /**
     * Copies the bindings.
     *
     * @param rangefinder the version of Rangefinder
     * @param tensorRt the version of TensorRT
     * @param gpu the GPU
     * @param options how it was built
     * @param planBytes the plan's size
     * @param planDigest the plan's digest
     * @param deviceMemoryBytes what one session takes beside its bindings
     * @param bindings inputs and outputs
     * @param report what became of the layers
     */
    public PlanDescription {
        Objects.requireNonNull(rangefinder, "rangefinder");
        Objects.requireNonNull(tensorRt, "tensorRt");
        Objects.requireNonNull(gpu, "gpu");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(planDigest, "planDigest");
        bindings = List.copyOf(bindings);
        Objects.requireNonNull(report, "report");
    }

    /**
     * What the buffers of inputs and outputs take of the device for one session.
     *
     * @return bytes
     */
    public long bindingBytes() {
        return bindings.stream().mapToLong(Binding::bytes).sum();
    }

    /**
     * What loading the plan and opening sessions takes of the device at least: the plan's weights
     * once, and memory and bindings of each session. CUDA's own context comes to that.
     *
     * @param sessions the number of sessions
     * @return bytes
     */
    public long leastDeviceBytes(int sessions) {
        return planBytes + sessions * (deviceMemoryBytes + bindingBytes());
    }

    /** As JSON, which {@link #ofJson} reads. */
    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("rangefinder", rangefinder);
        json.addProperty("tensorRt", tensorRt);
        JsonObject device = new JsonObject();
        device.addProperty("name", gpu.name());
        device.addProperty("major", gpu.major());
        device.addProperty("minor", gpu.minor());
        json.add("gpu", device);
        json.addProperty("options", options);
        json.addProperty("planBytes", planBytes);
        json.addProperty("planDigest", planDigest);
        json.addProperty("deviceMemoryBytes", deviceMemoryBytes);
        json.addProperty("bindingBytes", bindingBytes());
        JsonArray all = new JsonArray();
        for (Binding binding : bindings) {
            JsonObject one = new JsonObject();
            one.addProperty("name", binding.name());
            one.addProperty("input", binding.input());
            one.addProperty("type", binding.type());
            JsonArray shape = new JsonArray();
            binding.shape().forEach(shape::add);
            one.add("shape", shape);
            one.addProperty("bytes", binding.bytes());
            all.add(one);
        }
        json.add("bindings", all);
        json.add("report", report.toJson());
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws RuntimeException of Gson's kinds if something is missing or of another kind
     */
    static PlanDescription ofJson(JsonElement element) {
        JsonObject json = element.getAsJsonObject();
        JsonObject device = need(json, "gpu").getAsJsonObject();
        List<Binding> bindings = new ArrayList<>();
        for (JsonElement e : need(json, "bindings").getAsJsonArray()) {
            JsonObject one = e.getAsJsonObject();
            List<Long> shape = new ArrayList<>();
            need(one, "shape").getAsJsonArray().forEach(axis -> shape.add(axis.getAsLong()));
            bindings.add(
                    new Binding(
                            need(one, "name").getAsString(),
                            need(one, "input").getAsBoolean(),
                            need(one, "type").getAsString(),
                            shape,
                            need(one, "bytes").getAsLong()));
        }
        return new PlanDescription(
                need(json, "rangefinder").getAsString(),
                need(json, "tensorRt").getAsString(),
                new Gpu(
                        need(device, "name").getAsString(),
                        need(device, "major").getAsInt(),
                        need(device, "minor").getAsInt()),
                need(json, "options").getAsString(),
                need(json, "planBytes").getAsLong(),
                need(json, "planDigest").getAsString(),
                need(json, "deviceMemoryBytes").getAsLong(),
                bindings,
                PlanReport.ofJson(need(json, "report").getAsJsonObject()));
    }

    private static JsonElement need(JsonObject json, String name) {
        if (!json.has(name)) {
            throw new JsonParseException("'" + name + "' is missing");
        }
        return json.get(name);
    }
}
