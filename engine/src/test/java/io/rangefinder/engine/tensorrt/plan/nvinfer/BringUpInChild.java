package io.rangefinder.engine.tensorrt.plan.nvinfer;

import io.rangefinder.engine.ladder.RungFailedException;

/** The program of a child JVM: asks for TensorRT on a device, and tells what came of it. */
final class BringUpInChild {

    private BringUpInChild() {}

    public static void main(String[] arguments) {
        try {
            System.out.println("version " + BroughtUp.on(0).version());
        } catch (RungFailedException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
