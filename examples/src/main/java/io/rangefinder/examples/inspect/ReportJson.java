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

/** A report as JSON: its own words and structure, all fusions included. */
final class ReportJson {

    private static final JsonSerializer<OptionalInt> NUMBER =
            (value, type, context) ->
                    value.isPresent() ? new JsonPrimitive(value.getAsInt()) : JsonNull.INSTANCE;

    private static final JsonSerializer<Optional<?>> ANY =
            (value, type, context) ->
                    value.isPresent() ? context.serialize(value.get()) : JsonNull.INSTANCE;

    private ReportJson() {}

    static String of(InspectionReport report) {
        Gson gson =
                new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .serializeNulls()
                        .registerTypeAdapter(OptionalInt.class, NUMBER)
                        .registerTypeHierarchyAdapter(Optional.class, ANY)
                        .create();
        JsonObject json = gson.toJsonTree(report).getAsJsonObject();
        json.addProperty("passes", report.passes());
        return gson.toJson(json);
    }
}
