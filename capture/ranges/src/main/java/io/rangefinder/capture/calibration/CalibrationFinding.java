package io.rangefinder.capture.calibration;

import io.rangefinder.capture.statistics.TensorStatistics;

/** Something about one tensor that a person should hear of; callers log it as a warning. */
public sealed interface CalibrationFinding {

    /**
     * The tensor that it is about.
     *
     * @return the tensor's name
     */
    String tensor();

    /**
     * What was seen in the tensor.
     *
     * @return its statistics
     */
    TensorStatistics statistics();

    /**
     * The finding in words.
     *
     * @return a line that names the tensor and says what follows
     */
    String message();

    /**
     * NaN or infinities were seen beside finite elements; the range is that of the finite ones.
     *
     * @param tensor the tensor's name
     * @param statistics what was seen in it
     */
    record SawNonFinite(String tensor, TensorStatistics statistics) implements CalibrationFinding {
        @Override
        public String message() {
            return tensor
                    + " held "
                    + statistics.nanCount()
                    + " NaN and "
                    + statistics.infinities()
                    + " infinite among "
                    + statistics.count()
                    + " elements; its range comes from the finite ones";
        }
    }

    /**
     * Every finite element was zero; the tensor has no range.
     *
     * @param tensor the tensor's name
     * @param statistics what was seen in it
     */
    record OnlyZeros(String tensor, TensorStatistics statistics) implements CalibrationFinding {
        @Override
        public String message() {
            return tensor
                    + " held only zeros in "
                    + statistics.finiteCount()
                    + " elements, so it has no range; use representative inputs that reach it";
        }
    }

    /**
     * No finite element was seen; the tensor has no range.
     *
     * @param tensor the tensor's name
     * @param statistics what was seen in it
     */
    record NothingFinite(String tensor, TensorStatistics statistics) implements CalibrationFinding {
        @Override
        public String message() {
            return tensor
                    + " held nothing finite, "
                    + statistics.nanCount()
                    + " NaN and "
                    + statistics.infinities()
                    + " infinite elements, so it has no range; check the model and its inputs";
        }
    }

    /**
     * The chosen amax is too small or too large for a scale in float32; the tensor has no range.
     *
     * @param tensor the tensor's name
     * @param statistics what was seen in it
     * @param amax the amax that the calibrator chose
     */
    record ScaleBeyondFloat32(String tensor, TensorStatistics statistics, double amax)
            implements CalibrationFinding {
        @Override
        public String message() {
            return tensor
                    + " has amax "
                    + amax
                    + ", whose scale float32 cannot hold, so it has no range";
        }
    }
}
