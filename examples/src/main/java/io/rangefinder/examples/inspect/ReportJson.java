package io.rangefinder.examples.inspect;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import io.rangefinder.engine.inspect.InspectionReport;
import java.util.Optional;
import java.util.OptionalInt;

/** A report as JSON: its own words and structure, all fusions and findings included. */
final class ReportJson {

    private static final JsonSerializer<OptionalInt> NUMBER =
            (value, type, context) ->
                    value.isPresent() ? new JsonPrimitive(value.getAsInt()) : JsonNull.INSTANCE;

    private static final JsonSerializer<Optional<?>> ANY =
            (value, type, context) ->
                    value.isPresent() ? context.serialize(value.get()) : JsonNull.INSTANCE;

    private static final Gson GSON =
            new GsonBuilder()
                    .setPrettyPrinting()
                    .disableHtmlEscaping()
                    .serializeNulls()
                    .registerTypeAdapter(OptionalInt.class, NUMBER)
                    .registerTypeHierarchyAdapter(Optional.class, ANY)
                    .create();

    private ReportJson() {}

    /** What was checked, and what TensorRT 10 made of it. */
    static String of(CheckedModel checked, InspectionReport report) {
        JsonObject json = GSON.toJsonTree(report).getAsJsonObject();
        addCheck(json, checked);
        json.addProperty("passes", checked.passes() && report.passes());
        return GSON.toJson(json);
    }

    /** What was checked, where TensorRT 10 could not be asked. */
    static String of(CheckedModel checked) {
        JsonObject json = new JsonObject();
        addCheck(json, checked);
        return GSON.toJson(json);
    }

    private static void addCheck(JsonObject json, CheckedModel checked) {
        json.addProperty("checkedFor", checked.version().number());
        json.add("findings", GSON.toJsonTree(checked.findings()));
    }
}
