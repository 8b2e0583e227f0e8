package io.rangefinder.engine.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.rangefinder.engine.fixtures.SmallModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrtBlockTest {

    private static LoadedModel load(SmallModel model) throws Exception {
        return LoadedModel.shared(
                OrtModel.load(model.proto(13).toByteArray(), "small model", Execution.INTEGER, 1),
                "");
    }

    private static NDList forward(LoadedModel model, NDManager manager, NDArray input) {
        return model.block().forward(new ParameterStore(manager, false), new NDList(input), false);
    }

    private static Object call(Object target, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** As PyTorch's on a GPU does, it copies a buffer when it makes an array of it. */
    private static NDManager onGpu(NDManager manager) {
        return proxy(
                NDManager.class,
                (self, method, arguments) -> {
                    if (method.getName().equals("getDevice")) {
                        return Device.gpu();
                    }
                    if (method.getName().equals("create")
                            && arguments.length == 3
                            && arguments[0] instanceof ByteBuffer given) {
                        ByteBuffer copy = ByteBuffer.allocateDirect(given.capacity());
                        copy.put(given.duplicate()).clear();
                        return manager.create(
                                (Buffer) copy, (Shape) arguments[1], (DataType) arguments[2]);
                    }
                    return call(manager, method, arguments);
                });
    }

    @Test
    void resultsReachArraysThatAreMadeAsCopies() throws Exception {
        SmallModel model = new SmallModel().input("a", -1, 2).node("Relu", "a", "b").output("b");
        try (LoadedModel loaded = load(model);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDManager gpu = onGpu(manager);
            NDArray cpu = manager.create(new float[] {-1, 2}, new Shape(1, 2));
            NDArray input =
                    proxy(
                            NDArray.class,
                            (self, method, arguments) ->
                                    method.getName().equals("getManager")
                                            ? gpu
                                            : call(cpu, method, arguments));
            assertArrayEquals(
                    new float[] {0, 2}, forward(loaded, manager, input).get(0).toFloatArray());
        }
    }

    /** A batchifier takes a batch apart into views and closes it. */
    @Test
    void viewsOutliveResults() throws Exception {
        SmallModel told = new SmallModel().input("a", -1, 256).node("Relu", "a", "b").output("b");
        SmallModel untold =
                new SmallModel()
                        .input("a", -1, 256)
                        .node("Relu", "a", "positive")
                        .node("NonZero", "positive", "b")
                        .output("b");
        try (LoadedModel foreseen = load(told);
                LoadedModel unforeseen = load(untold);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            List<NDArray> views = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                NDArray ones = manager.ones(new Shape(2, 256));
                for (LoadedModel model : List.of(foreseen, unforeseen)) {
                    try (NDList results = forward(model, manager, ones)) {
                        views.add(results.get(0).get("1:"));
                    }
                }
            }
            System.gc();
            List<ByteBuffer> others = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                others.add(ByteBuffer.allocateDirect(4096));
            }
            assertEquals(1000, others.size());
            float[] ones = new float[256];
            Arrays.fill(ones, 1);
            long[] places = new long[512];
            Arrays.setAll(places, i -> i % 256);
            for (int i = 0; i < views.size(); i += 2) {
                assertArrayEquals(ones, views.get(i).toFloatArray());
                assertArrayEquals(places, views.get(i + 1).toLongArray());
            }
        }
    }
}
