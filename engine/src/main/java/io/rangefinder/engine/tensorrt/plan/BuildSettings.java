package io.rangefinder.engine.tensorrt.plan;

import io.rangefinder.engine.tensorrt.plan.network.Build;
import io.rangefinder.engine.tensorrt.plan.network.BuildFlag;
import io.rangefinder.engine.tensorrt.plan.network.Gpu;

/** Hands the options that concern no single layer to TensorRT. Stateless. */
final class BuildSettings {

    private BuildSettings() {}

    static void apply(Build build, PlanOptions options, Gpu gpu) {
        // Without it the engine inspector tells names alone.
        build.setDetailedProfiling();
        options.workspace().ifPresent(build::setWorkspaceLimit);
        options.optimizationLevel().ifPresent(build::setOptimizationLevel);
        options.tacticSources()
                .ifPresent(
                        sources -> {
                            if (!build.setTacticSources(sources)) {
                                throw new PlanBuildException(
                                        "TensorRT refuses the tactic sources " + sources);
                            }
                        });
        options.dlaCore()
                .ifPresent(
                        core -> {
                            if (core >= build.dlaCores()) {
                                throw new PlanBuildException(
                                        gpu
                                                + " has "
                                                + build.dlaCores()
                                                + " deep learning accelerators, so none of number "
                                                + core
                                                + "; leave out dlaCore");
                            }
                            build.setDlaCore(core);
                            build.setFlag(BuildFlag.GPU_FALLBACK);
                        });
    }
}
