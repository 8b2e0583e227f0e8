package io.rangefinder.examples.gpucheck;

import ai.djl.translate.TranslateException;
import java.util.Arrays;

/**
 * How long a forward pass takes.
 *
 * @param batch images a pass
 * @param runs passes that were timed, after those to warm up
 * @param median milliseconds: half of the passes took no longer
 * @param slow milliseconds: 95 of 100 passes took no longer
 */
record Speed(int batch, int runs, double median, double slow) {

    private static final int LEAST_RUNS = 10;

    /** Images a second, one pass after another. */
    double throughput() {
        return batch / median * 1000;
    }

    /**
     * Times passes.
     *
     * @param runner the model
     * @param pixels one batch
     * @param plan how many passes
     */
    static Speed measure(Runner runner, int batch, float[] pixels, Plan plan)
            throws TranslateException {
        for (int i = 0; i < plan.warmUp(); i++) {
            runner.run(pixels);
        }
        double[] millis = new double[plan.runs()];
        long begin = System.nanoTime();
        int runs = 0;
        while (runs < millis.length
                && (runs < LEAST_RUNS || (System.nanoTime() - begin) / 1e9 < plan.seconds())) {
            long start = System.nanoTime();
            runner.run(pixels);
            millis[runs++] = (System.nanoTime() - start) / 1e6;
        }
        return of(batch, Arrays.copyOf(millis, runs));
    }

    static Speed of(int batch, double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        return new Speed(batch, n, median, sorted[Math.min(n - 1, (int) Math.ceil(0.95 * n) - 1)]);
    }

    /**
     * How many passes.
     *
     * @param warmUp passes before the clock starts
     * @param runs passes that are timed
     * @param seconds no pass is begun after this time, once there are ten
     */
    record Plan(int warmUp, int runs, double seconds) {}
}
