package io.rangefinder.engine.export;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * An archive with inputs and what PyTorch gave for them; engine/src/test/python makes them.
 *
 * @param archive the archive
 * @param batches inputs and outputs of each batch
 */
public record Fixture(Path archive, List<Batch> batches) {

    private static final Pattern HEADER =
            Pattern.compile(
                    "\\{'descr': '(.+?)', 'fortran_order': (\\w+), 'shape': \\((.*?)\\), \\}\\s*");

    /** Inputs and outputs, each named by argument and by place in the result. */
    public record Batch(List<NamedTensor> inputs, List<NamedTensor> outputs) {

        /** The inputs by the names that an exported model has for them. */
        public List<NamedTensor> inputsOf(OrtModel session) {
            List<NamedTensor> named = new ArrayList<>();
            for (int i = 0; i < session.inputs().size(); i++) {
                named.add(renamed(inputs.get(i), session.inputs().get(i).name()));
            }
            return named;
        }
    }

    static NamedTensor renamed(NamedTensor tensor, String name) {
        return new NamedTensor(name, tensor.type(), tensor.shape(), tensor.data());
    }

    /** The fixtures of a folder, those of the property {@code fixtures} if it is set. */
    static List<Path> archives() throws IOException {
        return archives(Path.of(System.getProperty("fixtures", "src/test/resources/operators")));
    }

    static List<Path> archives(Path folder) throws IOException {
        String pattern = System.getProperty("fixture", ".*");
        try (Stream<Path> files = Files.list(folder.toAbsolutePath().normalize())) {
            return files.filter(f -> f.getFileName().toString().matches(pattern + ".*\\.pt"))
                    .sorted()
                    .toList();
        }
    }

    /** Archives that can be exported, of the opset. */
    public static List<Path> exportable(int opset) throws IOException {
        return archives().stream()
                .filter(a -> !a.getFileName().toString().startsWith("refused_"))
                // RoiAlign has no half pixels before opset 16.
                .filter(a -> opset > 13 || !a.getFileName().toString().startsWith("roi_align"))
                .toList();
    }

    public static Fixture read(Path archive) throws IOException {
        String name = archive.getFileName().toString().replaceFirst("_(traced|scripted)\\.pt$", "");
        List<NamedTensor> arrays = arrays(archive.resolveSibling(name + ".npz"));
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; ; i++) {
            List<NamedTensor> inputs = tensors(arrays, i + ".input.");
            if (inputs.isEmpty()) {
                return new Fixture(archive, batches);
            }
            batches.add(new Batch(inputs, tensors(arrays, i + ".output")));
        }
    }

    private static List<NamedTensor> tensors(List<NamedTensor> arrays, String prefix) {
        return arrays.stream()
                .filter(a -> a.name().startsWith(prefix))
                .map(a -> renamed(a, a.name().substring(prefix.length())))
                .toList();
    }

    /**
     * The arrays of an .npz, of types that DJL's own reader ends the JVM on, too. Format: <a
     * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy's</a>.
     */
    private static List<NamedTensor> arrays(Path file) throws IOException {
        List<NamedTensor> arrays = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] bytes = zip.readAllBytes();
                int length = (bytes[8] & 0xff) | (bytes[9] & 0xff) << 8;
                String header = new String(bytes, 10, length, StandardCharsets.US_ASCII);
                Matcher fields = HEADER.matcher(header);
                if (!fields.matches() || fields.group(2).equals("True")) {
                    throw new IOException(file + ": " + entry.getName() + " has " + header);
                }
                long[] shape =
                        Arrays.stream(fields.group(3).split(","))
                                .map(String::strip)
                                .filter(n -> !n.isEmpty())
                                .mapToLong(Long::parseLong)
                                .toArray();
                ByteBuffer data = ByteBuffer.allocateDirect(bytes.length - 10 - length);
                data.put(bytes, 10 + length, data.capacity());
                arrays.add(
                        new NamedTensor(
                                entry.getName().replaceFirst("\\.npy$", ""),
                                type(fields.group(1)),
                                new Shape(shape),
                                data));
            }
        }
        return arrays;
    }

    private static DataType type(String descr) {
        return switch (descr.substring(1)) {
            case "f8" -> DataType.FLOAT64;
            case "f4" -> DataType.FLOAT32;
            case "f2" -> DataType.FLOAT16;
            case "i8" -> DataType.INT64;
            case "i4" -> DataType.INT32;
            case "i2" -> DataType.INT16;
            case "i1" -> DataType.INT8;
            case "u1" -> DataType.UINT8;
            case "b1" -> DataType.BOOLEAN;
            default -> throw new IllegalArgumentException(descr);
        };
    }

    /** What capture tells of the inputs after all batches. */
    public List<InputDescription> captured() {
        return batches.stream()
                .map(Fixture::describe)
                .reduce((a, b) -> InputDescription.merge(a, b).orElseThrow())
                .orElseThrow();
    }

    /** What the exporter is told of the inputs: type and shape of the first batch. */
    public List<InputDescription> inputs() {
        return describe(batches.get(0));
    }

    private static List<InputDescription> describe(Batch batch) {
        return batch.inputs().stream()
                .map(
                        t ->
                                new InputDescription(
                                        t.name(),
                                        t.type().name().toLowerCase(Locale.ROOT),
                                        Arrays.stream(t.shape().getShape()).boxed().toList()))
                .toList();
    }
}
