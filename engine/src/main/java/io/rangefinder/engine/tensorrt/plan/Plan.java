package io.rangefinder.engine.tensorrt.plan;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.capture.files.BoundedFile;
import io.rangefinder.engine.cache.ContentKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A plan on disk.
 *
 * @param file what DJL's TensorRT engine loads; its name does not end in {@code .onnx} or {@code
 *     .uff}
 * @param description what has to be known before loading it, which lies beside it as JSON
 */
public record Plan(Path file, PlanDescription description) {

    private static final long MOST_DESCRIPTION_BYTES = 64L << 20;

    /**
     * Checks that nothing is null.
     *
     * @param file the plan
     * @param description what has to be known before loading it
     */
    public Plan {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(description, "description");
    }

    /**
     * Where the description of a plan lies.
     *
     * @param plan the plan's file
     * @return the plan's name with {@code .json}
     */
    public static Path descriptionOf(Path plan) {
        return plan.resolveSibling(plan.getFileName() + ".json");
    }

    /**
     * Writes a plan, and then its description: where that is, the plan is whole.
     *
     * @param file the plan's file, to make or to replace
     * @param bytes the plan
     * @param description its description
     * @return the plan
     * @throws IOException if it can't be written
     */
    static Plan write(Path file, byte[] bytes, PlanDescription description) throws IOException {
        AtomicFile.write(file, out -> out.write(bytes));
        byte[] json = description.toJson().toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(descriptionOf(file), out -> out.write(json));
        return new Plan(file, description);
    }

    /**
     * Reads the description of a plan and checks that the plan is the one described.
     *
     * @param file the plan's file
     * @return the plan
     * @throws PlanFileException if the description is no description, or another plan's
     * @throws java.nio.file.NoSuchFileException if one of the two files is missing
     * @throws IOException if they can't be read
     */
    public static Plan read(Path file) throws IOException {
        Path beside = descriptionOf(file);
        PlanDescription description;
        try (InputStream in = BoundedFile.open(beside, MOST_DESCRIPTION_BYTES);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            description = PlanDescription.ofJson(JsonParser.parseReader(reader));
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException e) {
            // Gson's words for what is not there or of another kind.
            throw new PlanFileException(
                    beside, "is no description of a plan; build the plan again", e);
        }
        if (Files.size(file) != description.planBytes()
                || !new ContentKey().add(file).hex().equals(description.planDigest())) {
            throw new PlanFileException(
                    file,
                    "is not the plan that "
                            + beside.getFileName()
                            + " describes; build the plan again");
        }
        return new Plan(file, description);
    }
}
