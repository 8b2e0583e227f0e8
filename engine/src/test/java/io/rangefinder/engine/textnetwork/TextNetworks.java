package io.rangefinder.engine.textnetwork;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.training.ParameterStore;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ArrayModel;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.ModelInput;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.capture.source.ModelSourceProvider;
import io.rangefinder.capture.source.ObservationOptions;
import io.rangefinder.capture.source.ObservedModel;
import io.rangefinder.engine.cache.ContentKey;
import io.rangefinder.engine.export.ExportableModel;
import io.rangefinder.engine.export.Frontend;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.graph.WeightStore;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Networks in text: {@code linear IN OUT}, IN x OUT weights, OUT biases; or {@code relu N N}. */
public final class TextNetworks implements ModelSourceProvider, Frontend {

    private record Layer(String name, long in, long out, double[] numbers) {
        NDArray forward(NDArray x) {
            if (numbers.length == 0) {
                return Activation.relu(x);
            }
            NDArray all = x.getManager().create(numbers).toType(x.getDataType(), false);
            return x.matMul(all.get("0:{}", in * out).reshape(in, out))
                    .add(all.get("{}:", in * out));
        }

        SymbolicTensor add(GraphBuilder graph, SymbolicTensor x) {
            List<SymbolicTensor> read = new ArrayList<>(List.of(x));
            if (numbers.length > 0) {
                read.add(stored("weight", 0, in, out));
                read.add(stored("bias", in * out, out));
            }
            graph.setScope(name + "/layer");
            List<Dim> shape = List.of(x.dim(0), Dim.of(out));
            return graph.node(read.size() > 1 ? "Gemm" : "Relu", x.type(), shape, read);
        }

        private SymbolicTensor stored(String what, long at, Long... shape) {
            return SymbolicTensor.stored(
                    WeightView.part(ElementType.FLOAT32, name, numbers.length, at, List.of(shape)),
                    name + "." + what);
        }
    }

    /** A file of them. The numbers of a layer are a storage of weights. */
    private record Network(String name, String digest, List<Layer> layers)
            implements ModelSource, ExportableModel, WeightStore {
        @Override
        public List<ModelInput> inputs(ModelCall call) {
            return List.of(ModelInput.tensor("x"));
        }

        @Override
        public ObservedModel observe(ObservationOptions options)
                throws IOException, MalformedModelException {
            List<HookPoint> points = new ArrayList<>();
            points.add(new HookPoint("x", HookPoint.Kind.INPUT));
            layers.forEach(l -> points.add(new HookPoint(l.name(), HookPoint.Kind.MODULE)));
            return new ArrayModel(this, options, points) {
                @Override
                protected NDList run(
                        ParameterStore none, NDList inputs, BiConsumer<HookPoint, NDArray> seen) {
                    NDArray x = inputs.singletonOrThrow();
                    seen.accept(points.get(0), x);
                    for (int i = 0; i < layers.size(); i++) {
                        x = layers.get(i).forward(x);
                        seen.accept(points.get(i + 1), x);
                    }
                    return new NDList(x);
                }
            };
        }

        @Override
        public GraphOutputs build(GraphBuilder graph, List<GraphInput> inputs) {
            SymbolicTensor x = graph.input("x", ElementType.FLOAT32, inputs.get(0).shape());
            graph.mark("x", x);
            for (Layer layer : layers) {
                x = layer.add(graph, x);
                graph.mark(layer.name(), x);
            }
            return new GraphOutputs(List.of(x), List.of(""), List.of());
        }

        @Override
        public WeightStore weights() {
            return this;
        }

        @Override
        public InputStream open(WeightView view) {
            double[] numbers = layers.get(Integer.parseInt(view.storage())).numbers();
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length);
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            Arrays.stream(numbers).forEach(n -> bytes.putFloat((float) n));
            return new ByteArrayInputStream(bytes.array());
        }
    }

    @Override
    public List<String> extensions() {
        return List.of(".network");
    }

    @Override
    public ModelSource open(Path file) throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] w = line.split(" ");
            double[] numbers = Arrays.stream(w).skip(3).mapToDouble(Double::parseDouble).toArray();
            long in = Long.parseLong(w[1]);
            layers.add(new Layer("" + layers.size(), in, Long.parseLong(w[2]), numbers));
        }
        String digest = "sha256:" + new ContentKey().add(file).hex();
        return new Network(file.toString(), digest, layers);
    }

    @Override
    public boolean takes(ModelSource source) {
        return source instanceof Network;
    }

    @Override
    public ExportableModel open(ModelSource source, ModelCall call) {
        return (Network) source;
    }
}
