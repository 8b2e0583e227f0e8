package io.rangefinder.engine.tensorrt.plan.nvinfer;

import static org.bytedeco.tensorrt.global.nvonnxparser.createParser;

import io.rangefinder.engine.tensorrt.plan.network.Build;
import io.rangefinder.engine.tensorrt.plan.network.BuildFlag;
import io.rangefinder.engine.tensorrt.plan.network.NativeFailureException;
import io.rangefinder.engine.tensorrt.plan.network.TacticSource;
import io.rangefinder.inspector.ranges.NetworkDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.tensorrt.global.nvinfer.BuilderFlag;
import org.bytedeco.tensorrt.global.nvinfer.DataType;
import org.bytedeco.tensorrt.global.nvinfer.DeviceType;
import org.bytedeco.tensorrt.global.nvinfer.MemoryPoolType;
import org.bytedeco.tensorrt.global.nvinfer.NetworkDefinitionCreationFlag;
import org.bytedeco.tensorrt.global.nvinfer.ProfilingVerbosity;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.IBuilderConfig;
import org.bytedeco.tensorrt.nvinfer.IHostMemory;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvinfer.ITimingCache;
import org.bytedeco.tensorrt.nvonnxparser.IParser;
import org.bytedeco.tensorrt.nvonnxparser.IParserError;

/** One build with TensorRT 8.6. Each method is the call of its name. */
@SuppressWarnings("deprecation") // destroy() is the binding's only way to C++'s delete.
final class NativeBuild implements Build {

    private final IBuilder builder;
    private final INetworkDefinition network;
    private final IBuilderConfig config;
    private final IParser parser;
    private final Slf4jLogger log;
    private final Runnable whenClosed;
    private Optional<NetworkReader> reader = Optional.empty();
    private boolean closed;

    private NativeBuild(
            IBuilder builder,
            INetworkDefinition network,
            IBuilderConfig config,
            IParser parser,
            Slf4jLogger log,
            Runnable whenClosed) {
        this.builder = builder;
        this.network = network;
        this.config = config;
        this.parser = parser;
        this.log = log;
        this.whenClosed = whenClosed;
    }

    /** Takes the builder over: it is destroyed with the build, or at once if there is none. */
    static NativeBuild of(IBuilder builder, Slf4jLogger log, Runnable whenClosed)
            throws NativeFailureException {
        INetworkDefinition network =
                builder.createNetworkV2(1 << NetworkDefinitionCreationFlag.kEXPLICIT_BATCH.value);
        IBuilderConfig config = builder.createBuilderConfig();
        IParser parser = network == null ? null : createParser(network, log);
        if (config == null || parser == null) {
            destroy(parser, network, config, builder);
            throw new NativeFailureException(
                    "createNetworkV2, createBuilderConfig or createParser failed",
                    log.takeErrors());
        }
        return new NativeBuild(builder, network, config, parser, log, whenClosed);
    }

    @Override
    public boolean hasFastInt8() {
        return builder.platformHasFastInt8();
    }

    @Override
    public int dlaCores() {
        return builder.getNbDLACores();
    }

    @Override
    public List<String> parse(byte[] onnx) {
        boolean accepted;
        // The parser copies the weights, so that these bytes may go.
        try (BytePointer bytes = new BytePointer(onnx)) {
            accepted = parser.parse(bytes, onnx.length);
        }
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < parser.getNbErrors(); i++) {
            IParserError error = parser.getError(i);
            problems.add("node " + error.node() + ": " + error.desc());
        }
        if (!accepted && problems.isEmpty()) {
            problems.addAll(log.takeErrors());
            problems.add("it does not say why");
        }
        return problems;
    }

    @Override
    public NetworkDescription describe() {
        reader = Optional.of(new NetworkReader(network));
        return reader.get().description();
    }

    @Override
    public boolean setDynamicRange(String tensor, float min, float max) {
        ITensor known = reader.orElseThrow().tensor(tensor);
        return known.setDynamicRange(min, max);
    }

    @Override
    public void setFloatPrecision(int layer) {
        network.getLayer(layer).setPrecision(DataType.kFLOAT);
    }

    @Override
    public void setFloatOutput(int layer, int output) {
        network.getLayer(layer).setOutputType(output, DataType.kFLOAT);
    }

    @Override
    public void setFlag(BuildFlag flag) {
        config.setFlag(
                switch (flag) {
                    case INT8 -> BuilderFlag.kINT8;
                    case FP16 -> BuilderFlag.kFP16;
                    case GPU_FALLBACK -> BuilderFlag.kGPU_FALLBACK;
                    case PREFER_PRECISION_CONSTRAINTS -> BuilderFlag.kPREFER_PRECISION_CONSTRAINTS;
                });
    }

    @Override
    public void setWorkspaceLimit(long bytes) {
        config.setMemoryPoolLimit(MemoryPoolType.kWORKSPACE, bytes);
    }

    @Override
    public void setDetailedProfiling() {
        config.setProfilingVerbosity(ProfilingVerbosity.kDETAILED);
    }

    @Override
    public void setOptimizationLevel(int level) {
        config.setBuilderOptimizationLevel(level);
    }

    @Override
    public boolean setTacticSources(Set<TacticSource> sources) {
        int mask = 0;
        for (TacticSource source : sources) {
            mask |= 1 << bit(source);
        }
        return config.setTacticSources(mask);
    }

    private static int bit(TacticSource source) {
        return switch (source) {
            case CUBLAS -> org.bytedeco.tensorrt.global.nvinfer.TacticSource.kCUBLAS.value;
            case CUBLAS_LT -> org.bytedeco.tensorrt.global.nvinfer.TacticSource.kCUBLAS_LT.value;
            case CUDNN -> org.bytedeco.tensorrt.global.nvinfer.TacticSource.kCUDNN.value;
            case EDGE_MASK_CONVOLUTIONS ->
                    org.bytedeco.tensorrt.global.nvinfer.TacticSource.kEDGE_MASK_CONVOLUTIONS.value;
            case JIT_CONVOLUTIONS ->
                    org.bytedeco.tensorrt.global.nvinfer.TacticSource.kJIT_CONVOLUTIONS.value;
        };
    }

    @Override
    public void setDlaCore(int core) {
        config.setDefaultDeviceType(DeviceType.kDLA);
        config.setDLACore(core);
    }

    @Override
    public boolean setTimingCache(byte[] bytes) {
        try (BytePointer pointer = new BytePointer(bytes)) {
            // The binding has no way to delete one; it lives as long as the process.
            ITimingCache cache = config.createTimingCache(pointer, bytes.length);
            return cache != null && config.setTimingCache(cache, false);
        }
    }

    @Override
    public Optional<byte[]> timingCache() {
        ITimingCache cache = config.getTimingCache();
        IHostMemory times = cache == null ? null : cache.serialize();
        return times == null ? Optional.empty() : Optional.of(taken(times));
    }

    @Override
    public byte[] build() throws NativeFailureException {
        log.takeErrors();
        IHostMemory plan = builder.buildSerializedNetwork(network, config);
        if (plan == null) {
            throw new NativeFailureException("buildSerializedNetwork failed", log.takeErrors());
        }
        return taken(plan);
    }

    /** Copies native memory and gives it back. */
    private static byte[] taken(IHostMemory memory) {
        try {
            byte[] bytes = new byte[Math.toIntExact(memory.size())];
            new BytePointer(memory.data()).capacity(bytes.length).get(bytes);
            return bytes;
        } finally {
            memory.destroy();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                destroy(parser, network, config, builder);
            } finally {
                whenClosed.run();
            }
        }
    }

    /** What reads or belongs to another goes first. */
    private static void destroy(
            IParser parser, INetworkDefinition network, IBuilderConfig config, IBuilder builder) {
        if (parser != null) {
            parser.destroy();
        }
        if (network != null) {
            network.destroy();
        }
        if (config != null) {
            config.destroy();
        }
        builder.destroy();
    }
}
