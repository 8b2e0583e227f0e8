package io.rangefinder.capture.pytorch;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * PyTorch's graph executor. Its passes ask what may alias what, in a time that grows with the
 * square of the calls in a graph; with a call at each hook point, a scripted encoder's first two
 * answers take a minute. What they save later is less than one of them takes here: hooks stand
 * between the operators that would be fused. Stateless.
 */
final class GraphExecutor {

    /** DJL's own setting, with which it starts ({@code PtEngine}). */
    private static final boolean OPTIMIZES =
            "true".equals(System.getProperty("ai.djl.pytorch.graph_optimizer", "true"));

    private GraphExecutor() {}

    /**
     * Runs code as it is written, unless it is to be optimized. The setting is the thread's ({@code
     * thread_local} in {@code torch/csrc/jit/python/update_graph_executor_opt.cpp}), so nothing
     * else is slowed down.
     *
     * @param optimized whether it is optimized all the same, as code that casts by itself must be
     * @param forward a forward pass
     * @return its result
     */
    static <T> T run(boolean optimized, Supplier<T> forward) {
        if (optimized) {
            return forward.get();
        }
        JniUtils.setGraphExecutorOptimize(false);
        try {
            return forward.get();
        } finally {
            JniUtils.setGraphExecutorOptimize(OPTIMIZES);
        }
    }
}
