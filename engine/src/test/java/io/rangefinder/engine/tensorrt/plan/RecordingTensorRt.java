package io.rangefinder.engine.tensorrt.plan;

import com.google.protobuf.InvalidProtocolBufferException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.tensorrt.plan.network.Binding;
import io.rangefinder.engine.tensorrt.plan.network.Build;
import io.rangefinder.engine.tensorrt.plan.network.BuildFlag;
import io.rangefinder.engine.tensorrt.plan.network.EngineFacts;
import io.rangefinder.engine.tensorrt.plan.network.Gpu;
import io.rangefinder.engine.tensorrt.plan.network.NativeFailureException;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import io.rangefinder.engine.tensorrt.plan.network.TensorRtDevice;
import io.rangefinder.inspector.ranges.NetworkDescription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Stands in for TensorRT on a device: remembers what a build sets, in the network that {@link
 * ParsedNetwork} makes of the ONNX. It computes nothing; its plan is a text.
 */
final class RecordingTensorRt implements TensorRtDevice {

    String version = "8.6.1";
    Gpu gpu = new Gpu("Stand-in GPU", 8, 6);
    boolean fastInt8 = true;
    int dlaCores;
    String refusedTensor = "";
    boolean acceptsTimingCache = true;
    List<String> parserProblems = List.of();
    Optional<String> buildFailure = Optional.empty();
    String layersJson = "{\"Layers\": [], \"Bindings\": []}";
    Runnable whileBuilding = () -> {};
    final List<Recorded> builds = new ArrayList<>();

    @Override
    public String version() {
        return version;
    }

    @Override
    public Gpu gpu() {
        return gpu;
    }

    @Override
    public Build begin() {
        Recorded build = new Recorded();
        builds.add(build);
        return build;
    }

    /** The only build so far. */
    Recorded only() {
        if (builds.size() != 1) {
            throw new AssertionError(builds.size() + " builds");
        }
        return builds.get(0);
    }

    @Override
    public EngineFacts inspect(byte[] plan) throws NativeFailureException {
        Recorded last = builds.get(builds.size() - 1);
        if (!last.closed) {
            throw new AssertionError("the build was not closed");
        }
        List<Binding> bindings = new ArrayList<>();
        last.network.inputs().forEach(i -> bindings.add(last.binding(i, true)));
        last.network.outputs().forEach(o -> bindings.add(last.binding(o, false)));
        return new EngineFacts(1 << 20, bindings, layersJson);
    }

    /** What a build set. */
    final class Recorded implements Build {

        NetworkDescription network =
                new NetworkDescription(List.of(), List.of(), List.of(), Map.of());
        final Map<String, float[]> ranges = new LinkedHashMap<>();
        final List<String> floatLayers = new ArrayList<>();
        final List<String> floatOutputs = new ArrayList<>();
        final Set<BuildFlag> flags = EnumSet.noneOf(BuildFlag.class);
        OptionalLong workspace = OptionalLong.empty();
        OptionalLong level = OptionalLong.empty();
        OptionalLong dla = OptionalLong.empty();
        Optional<Set<TacticSource>> sources = Optional.empty();
        final List<String> timingCaches = new ArrayList<>();
        boolean detailed;
        boolean built;
        boolean closed;

        @Override
        public boolean hasFastInt8() {
            return fastInt8;
        }

        @Override
        public int dlaCores() {
            return dlaCores;
        }

        @Override
        public List<String> parse(byte[] onnx) {
            if (parserProblems.isEmpty()) {
                try {
                    network =
                            ParsedNetwork.of(
                                    OnnxModel.of(
                                            ai.onnx.proto.OnnxMl.ModelProto.parseFrom(onnx),
                                            "parsed"));
                } catch (InvalidProtocolBufferException
                        | io.rangefinder.engine.onnx.InvalidOnnxException e) {
                    throw new AssertionError(e);
                }
            }
            return parserProblems;
        }

        @Override
        public NetworkDescription describe() {
            return network;
        }

        @Override
        public boolean setDynamicRange(String tensor, float min, float max) {
            mustNotBeBuilt();
            if (!network.tensors().containsKey(tensor)) {
                throw new AssertionError("no tensor " + tensor);
            }
            // As TensorRT does in a network with Q/DQ.
            boolean quantized =
                    network.layers().stream().anyMatch(l -> l.type().equals("QUANTIZE"));
            if (quantized || tensor.equals(refusedTensor)) {
                return false;
            }
            if (ranges.put(tensor, new float[] {min, max}) != null) {
                throw new AssertionError("set twice: " + tensor);
            }
            return true;
        }

        @Override
        public void setFloatPrecision(int layer) {
            mustNotBeBuilt();
            floatLayers.add(network.layers().get(layer).name());
        }

        @Override
        public void setFloatOutput(int layer, int output) {
            mustNotBeBuilt();
            floatOutputs.add(network.layers().get(layer).outputs().get(output));
        }

        @Override
        public void setFlag(BuildFlag flag) {
            mustNotBeBuilt();
            flags.add(flag);
        }

        @Override
        public void setWorkspaceLimit(long bytes) {
            workspace = OptionalLong.of(bytes);
        }

        @Override
        public void setDetailedProfiling() {
            detailed = true;
        }

        @Override
        public void setOptimizationLevel(int value) {
            level = OptionalLong.of(value);
        }

        @Override
        public boolean setTacticSources(Set<TacticSource> value) {
            sources = Optional.of(value);
            return true;
        }

        @Override
        public void setDlaCore(int core) {
            dla = OptionalLong.of(core);
        }

        @Override
        public boolean setTimingCache(byte[] bytes) {
            mustNotBeBuilt();
            timingCaches.add(new String(bytes, StandardCharsets.UTF_8));
            return bytes.length == 0 || acceptsTimingCache;
        }

        @Override
        public Optional<byte[]> timingCache() {
            return timingCaches.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            (timingCaches.get(timingCaches.size() - 1) + "+")
                                    .getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public byte[] build() throws NativeFailureException {
            whileBuilding.run();
            if (buildFailure.isPresent()) {
                throw new NativeFailureException(
                        "buildSerializedNetwork failed", List.of(buildFailure.get()));
            }
            built = true;
            return ("plan of " + network.layers().size() + " layers, " + ranges.size() + " ranges")
                    .repeat(1000)
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            closed = true;
        }

        private void mustNotBeBuilt() {
            if (built || closed) {
                throw new AssertionError("too late");
            }
        }

        private Binding binding(String tensor, boolean input) {
            List<Long> shape = network.tensors().get(tensor).shape();
            return new Binding(tensor, input, "float32", shape, 4 * shape.get(0));
        }
    }
}
