package io.rangefinder.capture.calibration;

import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.OptionalDouble;

/**
 * Takes in everything finite that was seen: {@code amax = max(|min|, |max|)}. Nothing is clipped,
 * at the price of coarser steps where a few elements lie far out. Stateless.
 */
public final class MinMaxCalibrator implements Calibrator {

    /** Makes the calibrator, which has no settings. */
    public MinMaxCalibrator() {}

    @Override
    public String name() {
        return "minmax";
    }

    @Override
    public OptionalDouble amax(TensorStatistics statistics) {
        return statistics.hasFinite()
                ? OptionalDouble.of(
                        Math.max(Math.abs(statistics.min()), Math.abs(statistics.max())))
                : OptionalDouble.empty();
    }
}
