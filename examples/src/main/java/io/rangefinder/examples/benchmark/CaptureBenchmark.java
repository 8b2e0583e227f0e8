package io.rangefinder.examples.benchmark;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.RangeRecorder;
import io.rangefinder.examples.benchmark.TimedModel.Pass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What capture costs: a forward pass of one model on DJL's PyTorch engine and on {@code
 * RangeCapture}, in turn, so that whatever slows the machine down slows both.
 */
final class CaptureBenchmark {

    /** TorchScript optimizes in the first two passes. */
    static final int WARM_UP = 4;

    private final int rounds;
    private final int batch;

    CaptureBenchmark(int rounds, int batch) {
        this.rounds = rounds;
        this.batch = batch;
    }

    /**
     * What was measured.
     *
     * @param points hook points
     * @param bare each forward pass on the PyTorch engine
     * @param capture the same with hooks
     * @param off the same with hooks that are turned off
     * @param heapBefore bytes in use before the rounds
     * @param heapAfter bytes in use after them
     */
    record Result(
            int points,
            List<Pass> bare,
            List<Pass> capture,
            List<Pass> off,
            long heapBefore,
            long heapAfter) {

        /** The median of what each round says; neighbours in time share their troubles. */
        static double ratio(List<Pass> passes, List<Pass> bare, ToDoubleFunction<Pass> time) {
            return median(
                    IntStream.range(0, passes.size())
                            .mapToObj(
                                    i ->
                                            time.applyAsDouble(passes.get(i))
                                                    / time.applyAsDouble(bare.get(i)))
                            .toList());
        }

        static double median(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            int half = sorted.size() / 2;
            return sorted.size() % 2 == 1
                    ? sorted.get(half)
                    : (sorted.get(half - 1) + sorted.get(half)) / 2;
        }
    }

    Result run(Path archive) throws IOException, MalformedModelException, TranslateException {
        try (TimedModel bare = TimedModel.load(archive, "PyTorch");
                TimedModel capture = TimedModel.load(archive, RangeCapture.ENGINE);
                NDManager manager = bare.model().getNDManager().newSubManager()) {
            RangeRecorder recorder = RangeCapture.of(capture.model());
            NDList inputs = new NDList(manager.randomNormal(new Shape(batch, 3, 224, 224)));
            for (int i = 0; i < WARM_UP; i++) {
                bare.run(inputs);
                capture.run(inputs);
                off(recorder, capture, inputs);
            }
            long heapBefore = heap();
            List<Pass> bareTimes = new ArrayList<>();
            List<Pass> captureTimes = new ArrayList<>();
            List<Pass> offTimes = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                bareTimes.add(bare.run(inputs));
                captureTimes.add(capture.run(inputs));
                offTimes.add(off(recorder, capture, inputs));
            }
            return new Result(
                    recorder.points().size(),
                    bareTimes,
                    captureTimes,
                    offTimes,
                    heapBefore,
                    heap());
        }
    }

    private static Pass off(RangeRecorder recorder, TimedModel capture, NDList inputs)
            throws TranslateException {
        recorder.setRecording(false);
        try {
            return capture.run(inputs);
        } finally {
            recorder.setRecording(true);
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
