package io.rangefinder.engine.tensorrt.bringup;

import ai.djl.engine.Engine;
import io.rangefinder.engine.ladder.Ladder;

/** What the child JVM of {@link BringUpTest} runs: prints the ladder, and what DJL sees. */
final class ClimbInChild {

    private ClimbInChild() {}

    public static void main(String[] words) {
        Ladder ladder =
                words[0].equals("libraries") ? TensorRt.climbWithoutDevice() : TensorRt.climb(0);
        ladder.toText().forEach(System.out::println);
        System.out.println("problem: " + ladder.problem().orElse("none"));
        if (ladder.firstFailure().isEmpty()) {
            System.out.println("DJL: " + Engine.getEngine("TensorRT").getVersion());
        }
    }
}
