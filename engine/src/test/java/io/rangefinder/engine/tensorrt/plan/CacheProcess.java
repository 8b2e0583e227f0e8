package io.rangefinder.engine.tensorrt.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * The program of a process that wants a plan from a cache: {@code FOLDER LOG fast|slow|dies}. Each
 * build leaves a line in the log.
 */
final class CacheProcess {

    static final int DIED = 7;

    private CacheProcess() {}

    public static void main(String[] arguments) throws Exception {
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        tensorRt.whileBuilding =
                () -> {
                    append(Path.of(arguments[1]));
                    if (arguments[2].equals("dies")) {
                        Runtime.getRuntime().halt(DIED);
                    }
                    if (arguments[2].equals("slow")) {
                        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
                    }
                };
        try {
            Plan plan =
                    new PlanCache(Path.of(arguments[0]))
                            .get(
                                    tensorRt,
                                    ResNetVariants.byPyTorch(),
                                    ResNetVariants.ranges(ResNetVariants.byPyTorch()),
                                    PlanOptions.builder().optMode(PlanMode.IMPLICIT).build());
            System.out.println(plan.file());
        } catch (IOException e) {
            System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }

    private static void append(Path log) {
        try {
            Files.writeString(log, "built\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
