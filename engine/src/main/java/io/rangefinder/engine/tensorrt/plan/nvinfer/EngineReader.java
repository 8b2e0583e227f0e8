package io.rangefinder.engine.tensorrt.plan.nvinfer;

import io.rangefinder.engine.tensorrt.plan.network.Binding;
import io.rangefinder.engine.tensorrt.plan.network.EngineFacts;
import io.rangefinder.engine.tensorrt.plan.network.NativeFailureException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.tensorrt.global.nvinfer.LayerInformationFormat;
import org.bytedeco.tensorrt.global.nvinfer.TensorIOMode;
import org.bytedeco.tensorrt.nvinfer.Dims32;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IEngineInspector;

/** Reads what a loaded plan tells of itself. */
record EngineReader(ICudaEngine engine, Slf4jLogger log) {

    EngineFacts read() throws NativeFailureException {
        List<Binding> bindings = new ArrayList<>();
        for (int i = 0; i < engine.getNbIOTensors(); i++) {
            bindings.add(binding(engine.getIOTensorName(i)));
        }
        // The binding has no way to delete an inspector: some bytes a plan stay.
        IEngineInspector inspector = engine.createEngineInspector();
        String layers =
                inspector == null
                        ? null
                        : inspector.getEngineInformation(LayerInformationFormat.kJSON);
        if (layers == null) {
            throw new NativeFailureException("createEngineInspector failed", log.takeErrors());
        }
        return new EngineFacts(engine.getDeviceMemorySize(), bindings, layers);
    }

    private Binding binding(String name) {
        List<Long> shape = shape(engine.getTensorShape(name));
        // kINPUT is the only mode besides kOUTPUT that a tensor of getIOTensorName has.
        boolean input = engine.getTensorIOMode(name).intern() == TensorIOMode.kINPUT;
        TrtElementType type = TrtElementType.of(engine.getTensorDataType(name));
        long elements = shape.stream().reduce(1L, Math::multiplyExact);
        return new Binding(name, input, type.djlName(), shape, elements * type.bytes());
    }

    static List<Long> shape(Dims32 dims) {
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dims.nbDims(); i++) {
            shape.add((long) dims.d(i));
        }
        return shape;
    }
}
