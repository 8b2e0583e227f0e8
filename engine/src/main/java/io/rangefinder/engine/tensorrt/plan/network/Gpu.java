package io.rangefinder.engine.tensorrt.plan.network;

import java.util.Objects;

/**
 * The GPU that a plan is for. A plan runs well, or at all, only on the like of it.
 *
 * @param name as the driver tells it: {@code NVIDIA A10}
 * @param major compute capability, before the dot
 * @param minor compute capability, after the dot
 */
public record Gpu(String name, int major, int minor) {

    /**
     * Checks that nothing is null.
     *
     * @param name as the driver tells it
     * @param major compute capability, before the dot
     * @param minor compute capability, after the dot
     */
    public Gpu {
        Objects.requireNonNull(name, "name");
    }

    @Override
    public String toString() {
        return name + " (compute capability " + major + "." + minor + ")";
    }
}
