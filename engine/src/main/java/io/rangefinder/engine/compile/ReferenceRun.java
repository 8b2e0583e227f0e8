package io.rangefinder.engine.compile;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.engine.match.ReferenceTensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the model itself computes on one input.
 *
 * @param hooks each hook point's float32 tensor
 * @param outputs the model's float32 outputs in order
 */
record ReferenceRun(Map<String, ReferenceTensor> hooks, List<ReferenceTensor> outputs) {

    /**
     * Runs a model once with a hook on every point.
     *
     * @param source the model
     * @param call how it is called
     * @param inputs its inputs
     */
    static ReferenceRun of(ModelSource source, ModelCall call, NDList inputs)
            throws IOException, MalformedModelException {
        Map<String, ReferenceTensor> hooks = new LinkedHashMap<>();
        // Statistics are of no use here; whole tensors are.
        Map<String, String> options =
                Map.of(
                        RangeCapture.OPTION_POINTS,
                        "(?!)",
                        RangeCapture.OPTION_ARGUMENTS,
                        call.argumentsText());
        try (Model model = RangeCapture.load(source, options)) {
            RangeCapture.of(model)
                    .registerForwardHook(
                            ".*",
                            (point, tensor) -> {
                                if (tensor.getDataType() == DataType.FLOAT32) {
                                    hooks.put(point, tensor(tensor));
                                }
                            });
            try (Predictor<NDList, NDList> predictor =
                    model.newPredictor(new NoopTranslator(null))) {
                NDList marked = new NDList(inputs);
                NDArray marker = inputs.get(0).getManager().create(0f);
                marker.setName(ModelCall.marker(call.method()));
                marked.add(marker);
                NDList outputs = predictor.predict(marked);
                return new ReferenceRun(
                        hooks,
                        outputs.stream()
                                .filter(o -> o.getDataType() == DataType.FLOAT32)
                                .map(ReferenceRun::tensor)
                                .toList());
            }
        } catch (TranslateException e) {
            throw new MalformedModelException(
                    source.name() + " fails on its example input: " + e.getMessage(), e);
        }
    }

    private static ReferenceTensor tensor(NDArray array) {
        return new ReferenceTensor(array.getShape(), array.toFloatArray());
    }
}
