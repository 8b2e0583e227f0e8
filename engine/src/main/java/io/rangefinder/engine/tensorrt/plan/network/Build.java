package io.rangefinder.engine.tensorrt.plan.network;

import io.rangefinder.inspector.ranges.NetworkDescription;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One build: a network and a configuration. For one thread. The words are TensorRT's own. */
public interface Build extends AutoCloseable {

    /**
     * Whether the GPU computes in INT8.
     *
     * @return false if INT8 is of no use there
     */
    boolean hasFastInt8();

    /**
     * The number of deep learning accelerators.
     *
     * @return 0 on all but some boards
     */
    int dlaCores();

    /**
     * Reads a model into the network.
     *
     * @param onnx the model in ONNX's format, weights included
     * @return why TensorRT's parser rejects it, naming nodes; empty if it accepted
     */
    List<String> parse(byte[] onnx);

    /**
     * What the network holds.
     *
     * @return its layers and tensors as they are now
     */
    NetworkDescription describe();

    /**
     * Sets the dynamic range of a tensor.
     *
     * @param tensor a tensor of {@link #describe}
     * @param min the least value
     * @param max the greatest value
     * @return false if TensorRT refuses
     */
    boolean setDynamicRange(String tensor, float min, float max);

    /**
     * Lets a layer compute in float32.
     *
     * @param layer its position in {@link #describe}
     */
    void setFloatPrecision(int layer);

    /**
     * Lets a layer give float32.
     *
     * @param layer its position in {@link #describe}
     * @param output the output's position
     */
    void setFloatOutput(int layer, int output);

    /**
     * Sets a flag.
     *
     * @param flag the flag
     */
    void setFlag(BuildFlag flag);

    /**
     * Bounds the workspace pool.
     *
     * @param bytes its limit
     */
    void setWorkspaceLimit(long bytes);

    /** Keeps names, types and formats of layers in the plan, for the engine inspector. */
    void setDetailedProfiling();

    /**
     * Sets how long to search.
     *
     * @param level 0 to 5
     */
    void setOptimizationLevel(int level);

    /**
     * Sets the libraries whose tactics are tried.
     *
     * @param sources the sources
     * @return false if TensorRT refuses
     */
    boolean setTacticSources(Set<TacticSource> sources);

    /**
     * Runs every layer that can on a deep learning accelerator.
     *
     * @param core its number
     */
    void setDlaCore(int core);

    /**
     * Takes times of tactics from an earlier build.
     *
     * @param bytes what {@link #timingCache} gave, or nothing to begin anew
     * @return false if they are another GPU's or another version's
     */
    boolean setTimingCache(byte[] bytes);

    /**
     * The times of tactics after {@link #build}.
     *
     * @return what {@link #setTimingCache} takes, empty if it was not called
     */
    Optional<byte[]> timingCache();

    /**
     * Builds.
     *
     * @return the plan
     * @throws NativeFailureException if TensorRT gives none; the message has its last errors
     */
    byte[] build() throws NativeFailureException;

    /** Gives everything native back. */
    @Override
    void close();
}
