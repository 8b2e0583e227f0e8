package io.rangefinder.engine.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a session is made. Needs nothing but ONNX Runtime, so that a trial makes the same.
 *
 * @param execution how to run the model
 * @param threads the number of threads for one run; 0 for one a physical core
 * @param optimized the file to write what the optimizer makes of the model to, if wanted
 */
record SessionSettings(Execution execution, int threads, Optional<Path> optimized) {

    SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.setIntraOpNumThreads(threads);
        options.setOptimizationLevel(
                execution == Execution.UNOPTIMIZED ? OptLevel.NO_OPT : OptLevel.ALL_OPT);
        if (execution == Execution.SIMULATED) {
            options.addConfigEntry("session.disable_quant_qdq", "1");
        }
        if (optimized.isPresent()) {
            // The highest level also changes memory layouts, which hides the operators.
            options.setOptimizationLevel(OptLevel.EXTENDED_OPT);
            options.setOptimizedModelFilePath(optimized.get().toString());
        }
        return options;
    }
}
