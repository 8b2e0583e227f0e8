package io.rangefinder.engine.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a model, and runs it if there are inputs. The program of a process of its own, which native
 * code may end; needs nothing on its class path but this jar and ONNX Runtime.
 */
final class ModelTrial {

    private ModelTrial() {}

    /**
     * Runs the trial. Ends with status 0 unless the process is ended: what ONNX Runtime refuses, it
     * refuses in any process.
     *
     * @param arguments the model's file, how to run it, the number of threads, and the file of
     *     inputs if it is to be run: of each the length of its name, the name, the type's number,
     *     the number of axes, their lengths, the number of bytes, and those
     * @throws IOException if a file can't be read
     */
    public static void main(String[] arguments) throws IOException {
        SessionSettings settings =
                new SessionSettings(
                        Execution.valueOf(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Optional.empty());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (SessionOptions options = settings.options();
                OrtSession session = environment.createSession(arguments[0], options)) {
            if (arguments.length > 3) {
                run(environment, session, Path.of(arguments[3]));
            }
        } catch (OrtException e) {
            System.out.println(e.getMessage());
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void run(OrtEnvironment environment, OrtSession session, Path file)
            throws OrtException, IOException {
        Map<String, OnnxTensorLike> feeds = new LinkedHashMap<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer in = channel.map(MapMode.READ_ONLY, 0, channel.size());
            in.order(ByteOrder.nativeOrder());
            while (in.hasRemaining()) {
                byte[] name = new byte[in.getInt()];
                in.get(name);
                OnnxJavaType type = OnnxJavaType.values()[in.getInt()];
                long[] shape = new long[in.getInt()];
                for (int i = 0; i < shape.length; i++) {
                    shape[i] = in.getLong();
                }
                int bytes = in.getInt();
                ByteBuffer data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
                data.put(in.slice(in.position(), bytes)).clear();
                in.position(in.position() + bytes);
                feeds.put(
                        new String(name, StandardCharsets.UTF_8),
                        OnnxTensor.createTensor(environment, data, shape, type));
            }
        }
        session.run(feeds).close();
    }
}
