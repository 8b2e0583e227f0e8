package io.rangefinder.examples.compare;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.pytorch.TorchScriptSource;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.prepare.Preparation;
import io.rangefinder.engine.session.ArrayTypes;
import io.rangefinder.examples.cli.CallOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A loaded model, whatever runs it. Not for use from several threads. */
public interface Forward extends AutoCloseable {

    /**
     * One forward pass.
     *
     * @param inputs a batch of each input in the model's order
     * @return the outputs, which belong to the manager of the inputs or to the model
     * @throws TranslateException if the model fails
     */
    NDList run(NDList inputs) throws TranslateException;

    /**
     * The only length of a batch that the model takes, if there is one.
     *
     * @return the length, or empty if it takes any
     */
    default Optional<Integer> onlyBatch() {
        return Optional.empty();
    }

    @Override
    void close();

    /**
     * A TorchScript archive on DJL's PyTorch engine, called as it is.
     *
     * @param archive the {@code .pt} file
     * @return the loaded model, to be closed
     * @throws IOException if the file can't be read
     * @throws MalformedModelException if it is no TorchScript archive
     */
    static Forward pytorch(Path archive) throws IOException, MalformedModelException {
        return pytorch(archive, ModelCall.PLAIN, new CallOptions());
    }

    /**
     * A TorchScript archive on DJL's PyTorch engine.
     *
     * @param archive the {@code .pt} file
     * @param call how it is called
     * @param loading where it is loaded
     * @return the loaded model, to be closed
     * @throws IOException if the file can't be read
     * @throws MalformedModelException if it is no TorchScript archive
     */
    static Forward pytorch(Path archive, ModelCall call, CallOptions loading)
            throws IOException, MalformedModelException {
        if (call.arguments().isEmpty() && loading.location().isEmpty()) {
            try {
                return djl("PyTorch", archive, call, loading.location(), Map.of());
            } catch (EngineException e) {
                // What was saved on another device the hooks' engine loads, or says what is wrong.
                return withoutHooks(archive, call, loading);
            }
        }
        return withoutHooks(archive, call, loading);
    }

    /**
     * The model that ranges were captured of, called as it was.
     *
     * @param source the model
     * @param call how it is called
     * @param loading where it is loaded
     * @return the loaded model, to be closed
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is not what it is called
     */
    static Forward source(ModelSource source, ModelCall call, CallOptions loading)
            throws IOException, MalformedModelException {
        if (source instanceof TorchScriptSource archive) {
            return pytorch(archive.file(), call, loading);
        }
        Model model = RangeCapture.load(source, unobserved(call, loading));
        return predicting(model, RangeCapture.ENGINE, call);
    }

    /** On the engine that gives arguments a value; it doesn't record. */
    private static Forward withoutHooks(Path archive, ModelCall call, CallOptions loading)
            throws IOException, MalformedModelException {
        Map<String, String> options = unobserved(call, loading);
        return djl(RangeCapture.ENGINE, archive, call, loading.location(), options);
    }

    private static Map<String, String> unobserved(ModelCall call, CallOptions loading) {
        Map<String, String> options = new HashMap<>(loading.loading());
        options.put(RangeCapture.OPTION_ARGUMENTS, call.argumentsText());
        options.put(RangeCapture.OPTION_POINTS, "(?!)");
        return options;
    }

    /**
     * A model in INT8.
     *
     * @param model the {@code .pt} or {@code .onnx} file
     * @param options options of the engine {@link Int8#ENGINE}
     * @return the loaded model, to be closed
     * @throws IOException if a file can't be read
     * @throws MalformedModelException if model and ranges do not fit
     */
    static Forward int8(Path model, Map<String, String> options)
            throws IOException, MalformedModelException {
        return djl(Int8.ENGINE, model, ModelCall.PLAIN, Optional.empty(), options);
    }

    private static Forward djl(
            String engine,
            Path file,
            ModelCall call,
            Optional<Device> device,
            Map<String, String> options)
            throws IOException, MalformedModelException {
        Model model = Model.newInstance("model", device.orElse(null), engine);
        try {
            model.load(file.toAbsolutePath().normalize(), null, options);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
        return predicting(model, engine, call);
    }

    private static Forward predicting(Model model, String engine, ModelCall call) {
        if (engine.equals(RangeCapture.ENGINE)) {
            RangeCapture.of(model).setRecording(false);
        }
        Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
        return new Forward() {
            @Override
            public NDList run(NDList inputs) throws TranslateException {
                NDList marked = new NDList(inputs);
                CallOptions.mark(call, marked, inputs.getManager());
                return predictor.predict(marked);
            }

            @Override
            public Optional<Integer> onlyBatch() {
                // A plan of TensorRT's has one batch, but of 1 where it may be split.
                return engine.equals(Int8.ENGINE)
                        ? model.describeInput().values().stream()
                                .filter(shape -> shape.dimension() > 0)
                                .findFirst()
                                .map(shape -> (int) shape.get(0))
                                .filter(batch -> batch > 1)
                        : Optional.empty();
            }

            @Override
            public void close() {
                predictor.close();
                model.close();
            }
        };
    }

    /**
     * A float ONNX in ONNX Runtime.
     *
     * @param onnx the {@code .onnx} file
     * @return the loaded model, to be closed
     * @throws IOException if the file can't be read
     * @throws MalformedModelException if it is damaged, or ONNX Runtime refuses it
     */
    static Forward onnx(Path onnx) throws IOException, MalformedModelException {
        OnnxModel given = OnnxModel.read(onnx);
        OnnxModel named = Preparation.named(given);
        // From the file where that is as good, which takes no memory twice.
        OrtModel model =
                named == given
                        ? OrtModel.load(onnx, Execution.INTEGER, 0)
                        : OrtModel.load(named, Execution.INTEGER, 0);
        Optional<String> unfit =
                ArrayTypes.problem(model.inputs()).or(() -> ArrayTypes.problem(model.outputs()));
        if (unfit.isPresent()) {
            model.close();
            throw new MalformedModelException(onnx + ": " + unfit.get());
        }
        return new Forward() {
            @Override
            public NDList run(NDList inputs) {
                List<NamedTensor> tensors = new ArrayList<>();
                for (int i = 0; i < inputs.size(); i++) {
                    NDArray input = inputs.get(i);
                    String name =
                            i < model.inputs().size() ? model.inputs().get(i).name() : "input" + i;
                    tensors.add(
                            new NamedTensor(
                                    name,
                                    input.getDataType(),
                                    input.getShape(),
                                    input.toByteBuffer()));
                }
                NDList outputs = new NDList();
                for (NamedTensor output : model.run(tensors)) {
                    NDArray array =
                            inputs.getManager()
                                    .create(output.data(), output.shape(), output.type());
                    array.setName(output.name());
                    outputs.add(array);
                }
                return outputs;
            }

            @Override
            public void close() {
                model.close();
            }
        };
    }
}
