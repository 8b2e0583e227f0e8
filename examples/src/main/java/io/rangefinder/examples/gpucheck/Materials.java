package io.rangefinder.examples.gpucheck;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.compile.StaticModel;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files that contestants run.
 *
 * @param archive the TorchScript model
 * @param ranges its ranges
 * @param work the folder of the files below, and of caches
 */
record Materials(Path archive, Path ranges, Path work) {

    private static final int BATCH = 32;

    /**
     * Captures ranges on the calibration images, and writes the float and the INT8 ONNX for each
     * batch.
     */
    static Materials make(Path archive, FashionMnist calibration, Path work, List<Integer> batches)
            throws IOException, ModelException, TranslateException {
        Files.createDirectories(work);
        Materials made = new Materials(archive, work.resolve("gpucheck.ranges"), work);
        capture(archive, calibration, made.ranges);
        DynamicRanges ranges = RangeFiles.read(made.ranges);
        OnnxModel exported =
                ModelExporter.export(archive, ranges.provenance().inputs(), ExportOptions.DEFAULT)
                        .toOnnx();
        OnnxModel int8 =
                Int8Compiler.compile(
                                ModelFiles.find(archive, Optional.empty()),
                                ranges,
                                Optional.empty(),
                                QuantizationOptions.builder().build())
                        .model();
        for (int batch : batches) {
            StaticModel.of(exported, batch, List.of()).write(made.floatOnnx(batch));
            StaticModel.of(int8, batch, List.of()).write(made.int8Onnx(batch));
        }
        return made;
    }

    private static void capture(Path archive, FashionMnist images, Path ranges)
            throws IOException, ModelException, TranslateException {
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(archive)
                        .optTranslator(new NoopTranslator())
                        .optEngine(RangeCapture.ENGINE)
                        .optOption(RangeCapture.OPTION_RANGES, ranges.toString())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            for (int from = 0; from < images.count(); from += BATCH) {
                try (NDManager manager = model.getNDManager().newSubManager()) {
                    int count = Math.min(BATCH, images.count() - from);
                    predictor.predict(new NDList(images.batch(manager, from, count))).close();
                }
            }
        }
    }

    /** The float model with a fixed batch. */
    Path floatOnnx(int batch) {
        return work.resolve("float.batch" + batch + ".onnx");
    }

    /** The model with Q/DQ and a fixed batch. */
    Path int8Onnx(int batch) {
        return work.resolve("int8.batch" + batch + ".onnx");
    }

    Path cache() {
        return work.resolve("cache");
    }
}
