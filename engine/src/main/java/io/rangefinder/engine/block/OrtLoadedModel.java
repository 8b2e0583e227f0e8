package io.rangefinder.engine.block;

import io.rangefinder.engine.onnxruntime.OrtModel;
import java.util.Optional;

/**
 * A model in ONNX Runtime, whose one session all predictors run on at once.
 *
 * @param session the loaded model
 * @param block its forward pass
 * @param coverage which layers run in INT8
 */
record OrtLoadedModel(OrtModel session, Int8Block block, String coverage) implements LoadedModel {

    @Override
    public Optional<String> unfitForArrays() {
        return block.unfitForArrays();
    }

    @Override
    public void close() {
        session.close();
    }
}
