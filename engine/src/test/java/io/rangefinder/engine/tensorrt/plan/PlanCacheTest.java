package io.rangefinder.engine.tensorrt.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.tensorrt.plan.network.Gpu;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class PlanCacheTest {

    private static final PlanOptions OPTIONS =
            PlanOptions.builder().optMode(PlanMode.IMPLICIT).build();

    @TempDir private Path folder;

    @Test
    void planIsBuiltOnceForTheSameContent() throws Exception {
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        OnnxModel model = ResNetVariants.byPyTorch();
        Plan first =
                new PlanCache(folder).get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS);
        Plan second =
                new PlanCache(folder).get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS);

        assertEquals(1, tensorRt.builds.size());
        assertEquals(first, second);
        assertTrue(first.file().toString().endsWith(".trt"));
    }

    @Test
    void anythingThatMattersMakesAnotherPlan() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        DynamicRanges ranges = ResNetVariants.ranges(model);
        RecordingTensorRt otherVersion = new RecordingTensorRt();
        otherVersion.version = "8.6.2";
        RecordingTensorRt otherGpu = new RecordingTensorRt();
        otherGpu.gpu = new Gpu("Stand-in GPU", 8, 9);
        DynamicRanges.Builder otherRange = DynamicRanges.builder();
        ranges.asMap().forEach(otherRange::add);
        otherRange.add("/relu/Relu_output_0", new DynamicRange(77));
        OnnxModel otherModel =
                OnnxModel.of(
                        model.proto().toBuilder().setProducerVersion("other").build(), "other");

        PlanCache cache = new PlanCache(folder);
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        Set<Path> files = new HashSet<>();
        files.add(cache.get(tensorRt, model, ranges, OPTIONS).file());
        files.add(cache.get(otherVersion, model, ranges, OPTIONS).file());
        files.add(cache.get(otherGpu, model, ranges, OPTIONS).file());
        files.add(cache.get(tensorRt, model, otherRange.build(), OPTIONS).file());
        files.add(cache.get(tensorRt, otherModel, ranges, OPTIONS).file());
        files.add(
                cache.get(
                                tensorRt,
                                model,
                                ranges,
                                PlanOptions.builder()
                                        .optMode(PlanMode.IMPLICIT)
                                        .optFp16(false)
                                        .build())
                        .file());
        assertEquals(6, files.size());
    }

    @Test
    void damagedPlanIsBuiltAnew() throws Exception {
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        OnnxModel model = ResNetVariants.byPyTorch();
        PlanCache cache = new PlanCache(folder);
        Plan plan = cache.get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS);
        Files.write(plan.file(), new byte[3]);

        Plan again = cache.get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS);

        assertEquals(2, tensorRt.builds.size());
        assertEquals(again, Plan.read(again.file()));
    }

    @Test
    void threadsOfOneProcessShareOneBuild() throws Exception {
        OnnxModel model = ResNetVariants.byPyTorch();
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        tensorRt.whileBuilding = () -> LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CountDownLatch together = new CountDownLatch(4);
            List<Future<Plan>> plans = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                plans.add(
                        threads.submit(
                                () -> {
                                    together.countDown();
                                    together.await();
                                    return new PlanCache(folder)
                                            .get(
                                                    tensorRt,
                                                    model,
                                                    ResNetVariants.ranges(model),
                                                    OPTIONS);
                                }));
            }
            Set<Plan> different = new HashSet<>();
            for (Future<Plan> plan : plans) {
                different.add(plan.get());
            }
            assertEquals(1, different.size());
            assertEquals(1, tensorRt.builds.size());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void processesThatBuildAtOnceEndWithOneWholePlan() throws Exception {
        Path log = folder.resolve("log");
        Process one = process(log, "slow");
        Process other = process(log, "slow");
        String first = output(one);
        String second = output(other);

        assertEquals(first, second);
        assertEquals(Path.of(first), Plan.read(Path.of(first)).file());
        assertEquals(List.of("built"), Files.readAllLines(log));
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            assertEquals(0, files.filter(f -> f.toString().endsWith(".part")).count());
        }
    }

    @Test
    void deathOfABuilderLeavesTheNextOneToBuild() throws Exception {
        Path log = folder.resolve("log");
        Process dying = process(log, "dies");
        assertEquals("", output(dying));
        assertEquals(CacheProcess.DIED, dying.waitFor());

        String plan = output(process(log, "fast"));

        assertEquals(Path.of(plan), Plan.read(Path.of(plan)).file());
        assertEquals(List.of("built", "built"), Files.readAllLines(log));
    }

    /** A limit on the size of files fails the write as a full disk does: in its middle. */
    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "ulimit is of Unix shells")
    void planThatDoesNotFitIsToldAndLeavesNothingBehind() throws Exception {
        Path cache = folder.resolve("cache");
        Process limited =
                start(
                        List.of(
                                "bash",
                                "-c",
                                "ulimit -f 8; exec \"$@\"",
                                "bash",
                                java(),
                                "-XX:-UsePerfData",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CacheProcess.class.getName(),
                                cache.toString(),
                                folder.resolve("log").toString(),
                                "fast"));
        String said = output(limited);

        assertTrue(said.startsWith("PlanFileException " + cache), said);
        assertTrue(said.contains("make room"), said);
        try (Stream<Path> files = Files.list(cache)) {
            assertEquals(List.of(), files.filter(f -> !f.toString().endsWith(".lock")).toList());
        }
    }

    @Test
    void folderThatCannotBeMadeIsTold() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        OnnxModel model = ResNetVariants.byPyTorch();
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        PlanFileException e =
                assertThrows(
                        PlanFileException.class,
                        () ->
                                new PlanCache(file.resolve("cache"))
                                        .get(
                                                tensorRt,
                                                model,
                                                ResNetVariants.ranges(model),
                                                OPTIONS));
        assertTrue(e.getMessage().contains("option cache"), e.getMessage());
        assertEquals(0, tensorRt.builds.size());
    }

    @Test
    void descriptionThatCannotBeReadIsTold() throws Exception {
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        OnnxModel model = ResNetVariants.byPyTorch();
        PlanCache cache = new PlanCache(folder);
        Plan plan = cache.get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS);
        Path description = Plan.descriptionOf(plan.file());
        Files.delete(description);
        Files.createDirectory(description);

        PlanFileException e =
                assertThrows(
                        PlanFileException.class,
                        () -> cache.get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS));
        assertTrue(e.getMessage().contains("can't be read"), e.getMessage());
    }

    @Test
    void failedBuildLeavesNoPlan() throws Exception {
        RecordingTensorRt tensorRt = new RecordingTensorRt();
        tensorRt.buildFailure = java.util.Optional.of("out of memory");
        OnnxModel model = ResNetVariants.byPyTorch();
        PlanCache cache = new PlanCache(folder);
        assertThrows(
                PlanBuildException.class,
                () -> cache.get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS));

        tensorRt.buildFailure = java.util.Optional.empty();
        Plan plan = cache.get(tensorRt, model, ResNetVariants.ranges(model), OPTIONS);
        assertNotEquals(0, Files.size(plan.file()));
        assertFalse(Files.exists(folder.resolve(plan.file().getFileName() + ".part")));
    }

    private Process process(Path log, String how) throws Exception {
        return start(
                List.of(
                        java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CacheProcess.class.getName(),
                        folder.resolve("cache").toString(),
                        log.toString(),
                        how));
    }

    private static Process start(List<String> command) throws Exception {
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String output(Process process) throws Exception {
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
