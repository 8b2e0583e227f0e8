package io.rangefinder.engine.session;

import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.tensorrt.session.StandInPlans;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A real network of a fixed batch in ONNX Runtime, with bound buffers around it. */
final class OrtBoundModel implements BoundModel {

    private final OrtModel model;

    OrtBoundModel(byte[] onnx) throws InvalidOnnxException {
        model = OrtModel.load(onnx, "fixed batch", Execution.INTEGER, 1);
    }

    @Override
    public List<TensorDescription> inputs() {
        return model.inputs();
    }

    @Override
    public List<TensorDescription> outputs() {
        return model.outputs();
    }

    @Override
    public BatchLayout batches() {
        return StandInPlans.layout(inputs(), outputs());
    }

    @Override
    public BoundSession newSession() {
        List<NamedTensor> in = bind(inputs());
        List<NamedTensor> out = bind(outputs());
        return new BoundSession() {
            @Override
            public ByteBuffer input(int index) {
                return in.get(index).data();
            }

            @Override
            public ByteBuffer output(int index) {
                return out.get(index).data();
            }

            @Override
            public void run() {
                List<NamedTensor> results = model.run(in);
                for (int i = 0; i < results.size(); i++) {
                    ByteBuffer result = results.get(i).data();
                    out.get(i).data().put(0, result, 0, result.capacity());
                }
            }

            @Override
            public void close() {
                // Buffers are collected.
            }
        };
    }

    private static List<NamedTensor> bind(List<TensorDescription> tensors) {
        List<NamedTensor> bound = new ArrayList<>();
        for (TensorDescription tensor : tensors) {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(tensor.byteSize()).order(ByteOrder.nativeOrder());
            bound.add(new NamedTensor(tensor.name(), tensor.type(), tensor.shape(), buffer));
        }
        return bound;
    }

    @Override
    public void close() {
        model.close();
    }
}
