package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Reads tensors whose bytes lie in files beside the model, into the model.
 *
 * <p>A model is untrusted: such a file must lie inside the model's folder, symbolic links resolved,
 * and hold what the tensor declares. Format: <a
 * href="https://onnx.ai/onnx/repo-docs/ExternalData.html">ONNX external data</a>.
 */
final class ExternalData {

    private final Path model;
    private long budget;

    /** Reads at most {@code budget} bytes for a model in all. */
    ExternalData(Path model, long budget) {
        this.model = model;
        this.budget = budget;
    }

    void readInto(TensorProto.Builder tensor) throws IOException, InvalidOnnxException {
        Path file = resolve(tensor, entry(tensor, "location", ""));
        long size = Files.size(file);
        long offset = number(tensor, "offset", 0);
        long length = number(tensor, "length", Math.max(0, size - offset));
        if (offset > size || length > size - offset) {
            throw invalid(
                    tensor,
                    String.format(
                            "wants %d bytes at %d of %s, which has %d; copy the whole file",
                            length, offset, file, size));
        }
        if (length > budget) {
            throw invalid(tensor, "makes the model larger than 2 GB, which ONNX cannot hold");
        }
        budget -= length;
        tensor.setRawData(read(file, offset, (int) length));
        tensor.clearExternalData().clearDataLocation();
    }

    private Path resolve(TensorProto.Builder tensor, String location)
            throws IOException, InvalidOnnxException {
        Path folder = model.toAbsolutePath().getParent().toRealPath();
        Path file;
        try {
            Path relative = Path.of(location);
            if (location.isEmpty() || relative.isAbsolute() || hasParent(relative)) {
                throw invalid(
                        tensor,
                        "keeps its data in '" + location + "', which is not inside " + folder);
            }
            file = folder.resolve(relative);
        } catch (InvalidPathException e) {
            throw invalid(tensor, "keeps its data in '" + location + "', which is no file name");
        }
        if (!Files.isRegularFile(file)) {
            throw invalid(
                    tensor,
                    "keeps its data in "
                            + file
                            + (Files.exists(file)
                                    ? ", which is a folder, a pipe or a device"
                                    : ", which is missing; copy it too"));
        }
        Path real = file.toRealPath();
        if (!real.startsWith(folder)) {
            throw invalid(tensor, "keeps its data in " + real + ", which is not inside " + folder);
        }
        return real;
    }

    private static boolean hasParent(Path path) {
        for (Path part : path) {
            if (part.toString().equals("..")) {
                return true;
            }
        }
        return false;
    }

    private long number(TensorProto.Builder tensor, String key, long otherwise)
            throws InvalidOnnxException {
        String text = entry(tensor, key, Long.toString(otherwise));
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a negative number.
        }
        throw invalid(tensor, "has an external " + key + " of '" + text + "'");
    }

    private static String entry(TensorProto.Builder tensor, String key, String otherwise) {
        return tensor.getExternalDataList().stream()
                .filter(e -> e.getKey().equals(key))
                .map(StringStringEntryProto::getValue)
                .findFirst()
                .orElse(otherwise);
    }

    private static ByteString read(Path file, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(offset);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw new EOFException(file + " became shorter while it was read");
                }
            }
        }
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }

    private InvalidOnnxException invalid(TensorProto.Builder tensor, String problem) {
        return new InvalidOnnxException(
                model.toString(), "tensor '" + tensor.getName() + "' " + problem);
    }
}
