package io.rangefinder.examples.demo;

import ai.djl.translate.TranslateException;
import java.util.Arrays;

/** Times two pieces of work in turn, so that a noisy machine is noisy for both. */
final class PairedTimes {

    private static final int WARM_UP = 5;
    private static final int PAIRS = 31;

    private PairedTimes() {}

    /** Work to time. */
    @FunctionalInterface
    interface Work {

        Object run() throws TranslateException;
    }

    /** The median over pairs of the first one's time over the second one's. */
    static double ratio(Work first, Work second) throws TranslateException {
        for (int i = 0; i < WARM_UP; i++) {
            nanos(first);
            nanos(second);
        }
        double[] ratios = new double[PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            ratios[i] = (double) nanos(first) / nanos(second);
        }
        Arrays.sort(ratios);
        return ratios[PAIRS / 2];
    }

    private static long nanos(Work work) throws TranslateException {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }
}
