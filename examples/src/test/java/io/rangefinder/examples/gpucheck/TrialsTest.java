package io.rangefinder.examples.gpucheck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialsTest {

    private static final int IMAGES = 8;

    private final TestImages images = images();
    private final float[] reference = logits(images.labels(), 1);

    private static TestImages images() {
        try {
            return TestImages.of(FashionMnist.test(FashionMnist.defaultFolder()), IMAGES, 4);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A model that is right about every image. */
    private static float[] logits(int[] labels, float scale) {
        float[] logits = new float[labels.length * TestImages.CLASSES];
        for (int i = 0; i < labels.length; i++) {
            logits[i * TestImages.CLASSES + labels[i]] = scale;
        }
        return logits;
    }

    /** Stands in for a backend: gives the first of its logits, and records what was asked of it. */
    private static final class StandIn implements Contestant {

        private final Optional<String> obstacle;
        private final Optional<RuntimeException> failure;
        private final float[] answers;
        final List<String> calls = new ArrayList<>();

        StandIn(Optional<String> obstacle, Optional<RuntimeException> failure, float[] answers) {
            this.obstacle = obstacle;
            this.failure = failure;
            this.answers = answers;
        }

        @Override
        public String name() {
            return "stand-in | of a\nbackend";
        }

        @Override
        public boolean isInt8OnGpu() {
            return true;
        }

        @Override
        public Optional<String> obstacle() {
            return obstacle;
        }

        @Override
        public Runner load(int batch) {
            calls.add("load " + batch);
            failure.ifPresent(
                    f -> {
                        throw f;
                    });
            return new Runner() {
                @Override
                public float[] run(float[] pixels) {
                    assertEquals(batch * 784, pixels.length);
                    return Arrays.copyOf(answers, batch * TestImages.CLASSES);
                }

                @Override
                public Optional<String> layers() {
                    calls.add("layers " + batch);
                    return Optional.of("all in INT8");
                }

                @Override
                public void close() {
                    calls.add("close " + batch);
                }
            };
        }
    }

    private Trials trials(int... batches) {
        return new Trials(
                images,
                Arrays.stream(batches).boxed().toList(),
                new Speed.Plan(1, 11, 0),
                reference);
    }

    @Test
    void obstacleIsPassedOnAndNothingIsLoaded() {
        StandIn blocked = new StandIn(Optional.of("no device"), Optional.empty(), reference);
        assertEquals(new Result.NotRun(blocked, "no device"), trials(8).run(blocked));
        assertEquals(List.of(), blocked.calls);
    }

    @Test
    void failureWhileLoadingIsAReasonNotTheEnd() {
        StandIn failing =
                new StandIn(
                        Optional.empty(),
                        Optional.of(new EngineException("plan refused")),
                        reference);
        Result result = trials(4, 8).run(failing);
        assertEquals(new Result.NotRun(failing, "failed: plan refused"), result);
        assertEquals(List.of("load 4"), failing.calls);
    }

    @Test
    void eachBatchIsLoadedTimedAndClosedAndTheLastOneAnswers() {
        StandIn right = new StandIn(Optional.empty(), Optional.empty(), reference);
        Result.Ran ran = assertInstanceOf(Result.Ran.class, trials(4, 8).run(right));
        assertEquals(List.of("load 4", "close 4", "load 8", "layers 8", "close 8"), right.calls);
        assertEquals(List.of(4, 8), ran.speeds().stream().map(Speed::batch).toList());
        assertEquals(10, ran.speeds().get(0).runs(), "no more than ten without time");
        assertEquals(1, ran.toFloat().actualTop1().orElseThrow());
        assertTrue(Double.isInfinite(ran.toFloat().sqnr()));
        assertEquals(Optional.of("all in INT8"), ran.layers());
    }

    @Test
    void laterOnesAreComparedWithTheSimulationToo() {
        Trials trials = trials(8);
        float[] half = logits(images.labels(), 0.5f);
        trials.runAsSimulation(new StandIn(Optional.empty(), Optional.empty(), half));
        Result.Ran ran =
                assertInstanceOf(
                        Result.Ran.class,
                        trials.run(new StandIn(Optional.empty(), Optional.empty(), half)));
        // 1 against 0.5 is 20 log10(2) by the formula.
        assertEquals(6.0206, ran.toFloat().sqnr(), 1e-3);
        assertTrue(Double.isInfinite(ran.toSimulate().orElseThrow().sqnr()));
    }

    @Test
    void medianIsTheMiddleAndThroughputFollows() {
        Speed odd = Speed.of(8, new double[] {9, 1, 2});
        assertEquals(2, odd.median());
        assertEquals(9, odd.slow());
        assertEquals(4000, odd.throughput());
        double[] hundred = new double[100];
        Arrays.setAll(hundred, i -> 100 - i);
        Speed even = Speed.of(1, hundred);
        assertEquals(50.5, even.median());
        assertEquals(95, even.slow());
    }

    /** What is printed of the median has three decimals, which are too few for a fast machine. */
    @Test
    void throughputFollowsFromTheMedianAsMeasuredNotAsPrinted(@TempDir Path folder)
            throws IOException {
        StandIn standIn = new StandIn(Optional.empty(), Optional.empty(), reference);
        Result.Ran ran = assertInstanceOf(Result.Ran.class, trials(8).run(standIn));
        Speed fast = Speed.of(1, new double[] {0.38949});
        Path file = folder.resolve("r.md");
        new Report(file, Map.of(), "method")
                .add(
                        new Result.Ran(
                                standIn,
                                ran.toFloat(),
                                ran.toSimulate(),
                                List.of(fast),
                                ran.layers()));
        String text = Files.readString(file);
        // 1000 / 0.38949 is 2567.46; 1000 / 0.389 would be 2570.69.
        assertTrue(text.contains(" | 1 | 0.389 | 0.389 | 2567 | 1 |"), text);
    }

    @Test
    void reportNamesWhatRanWhenTheProcessEndedAndKeepsTheTableWhole(@TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("r.md");
        Report report = new Report(file, Map.of("GPU", "none | here"), "method");
        report.addLadder("a backend", List.of("NO  device  none"));
        StandIn standIn = new StandIn(Optional.empty(), Optional.empty(), reference);
        report.begin(standIn);
        String during = Files.readString(file);
        assertTrue(
                during.contains(
                        "**The process ended while this ran: stand-in \\| of a; backend.**"),
                during);
        report.add(trials(8).run(standIn));
        report.add(new Result.NotRun(standIn, "two\nlines"));
        String after = Files.readString(file);
        assertTrue(!after.contains("The process ended"), after);
        assertTrue(after.contains("| GPU | none \\| here |"), after);
        assertTrue(after.contains("| stand-in \\| of a; backend | two; lines |"), after);
        assertTrue(after.contains("```\nNO  device  none\n```"), after);
    }

    @Test
    void wholeBatchesOfTheImagesAreTaken() throws IOException {
        FashionMnist data = FashionMnist.test(FashionMnist.defaultFolder());
        assertEquals(9984, TestImages.of(data, 10_000, 32).count());
        assertEquals(32, TestImages.of(data, 5, 32).count());
        assertArrayEquals(images.pixels(0, 8), TestImages.of(data, 8, 8).pixels(0, 8));
    }
}
