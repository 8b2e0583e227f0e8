package io.rangefinder.capture.calibration;

import io.rangefinder.capture.observers.Observer;
import io.rangefinder.capture.statistics.ModelStatistics;
import java.util.List;

/** Statistics lack what a calibrator needs, since an observer did not run. */
public final class MissingStatisticsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private MissingStatisticsException(
            String calibrator, List<String> missing, ModelStatistics statistics) {
        super(
                "calibrator "
                        + calibrator
                        + " needs what "
                        + String.join(", ", missing)
                        + " keeps of each tensor, but these statistics hold "
                        + String.join(", ", statistics.observers().keySet())
                        + "; capture anew with the option observers="
                        + String.join(",", missing)
                        + ", and merge with no capture that was made without");
    }

    /** Refuses statistics without what a calibrator needs. */
    static void refuse(ModelStatistics statistics, Calibrator calibrator) {
        List<String> missing =
                calibrator.needs().stream()
                        .filter(o -> !o.columns().equals(statistics.observers().get(o.name())))
                        .map(Observer::name)
                        .toList();
        if (!missing.isEmpty()) {
            throw new MissingStatisticsException(calibrator.name(), missing, statistics);
        }
    }
}
