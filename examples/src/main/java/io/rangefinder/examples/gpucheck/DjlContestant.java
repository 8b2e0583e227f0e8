package io.rangefinder.examples.gpucheck;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.Int8Translator;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * An engine of DJL with its options, as an application would write it.
 *
 * @param name what it is
 * @param isInt8OnGpu whether it is INT8 on a GPU
 * @param engine the engine's name
 * @param device where to
 * @param model the model's file for a batch
 * @param options the engine's options for a batch
 * @param check finds what is in its way
 */
record DjlContestant(
        String name,
        boolean isInt8OnGpu,
        String engine,
        Device device,
        IntFunction<Path> model,
        IntFunction<Map<String, String>> options,
        Supplier<Optional<String>> check)
        implements Contestant {

    @Override
    public Optional<String> obstacle() {
        return check.get();
    }

    @Override
    public Runner load(int batch) throws IOException, ModelException {
        Translator<float[], float[]> own = new Batches(batch);
        Criteria.Builder<float[], float[]> criteria =
                Criteria.builder()
                        .setTypes(float[].class, float[].class)
                        .optModelPath(model.apply(batch).toAbsolutePath().normalize())
                        .optTranslator(engine.equals(Int8.ENGINE) ? new Int8Translator<>(own) : own)
                        .optEngine(engine)
                        .optDevice(device);
        options.apply(batch).forEach(criteria::optOption);
        return new Loaded(criteria.build().loadModel());
    }

    /** A whole batch is one input, so that nothing but the model is measured. */
    private record Batches(int size) implements Translator<float[], float[]> {

        @Override
        public NDList processInput(TranslatorContext ctx, float[] pixels) {
            Shape shape = new Shape(size, 1, FashionMnist.SIDE, FashionMnist.SIDE);
            return new NDList(ctx.getNDManager().create(pixels, shape));
        }

        @Override
        public float[] processOutput(TranslatorContext ctx, NDList outputs) {
            return outputs.get(0).toFloatArray();
        }

        @Override
        public Batchifier getBatchifier() {
            return null;
        }
    }

    private static final class Loaded implements Runner {

        private final ZooModel<float[], float[]> model;
        private final Predictor<float[], float[]> predictor;

        Loaded(ZooModel<float[], float[]> model) {
            this.model = model;
            predictor = model.newPredictor();
        }

        @Override
        public float[] run(float[] pixels) throws TranslateException {
            return predictor.predict(pixels);
        }

        @Override
        public Optional<String> layers() {
            return Optional.ofNullable(model.getProperty(Int8.PROPERTY_COVERAGE));
        }

        @Override
        public void close() {
            predictor.close();
            model.close();
        }
    }
}
