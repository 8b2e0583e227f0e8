package io.rangefinder.engine.export.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.rangefinder.engine.onnx.Tensors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes a model with its weights into one file, byte for byte as protobuf does, but each weight as
 * it is read from the source: no more than one is in memory. Protobuf wants them all.
 *
 * @param model the model without its weights
 * @param weights name, type and shape of each
 */
record OneFile(ModelProto model, List<TensorProto> weights) {

    /** Writes the elements of a weight. */
    @FunctionalInterface
    interface Elements {

        void writeTo(int weight, OutputStream out) throws IOException;
    }

    void writeTo(OutputStream out, Elements elements) throws IOException {
        CodedOutputStream coded = CodedOutputStream.newInstance(out);
        GraphProto graph = model.getGraph();
        ModelProto behind = behindGraph();
        GraphProto tail = graph.toBuilder().clearNode().clearName().build();
        GraphProto head =
                GraphProto.newBuilder()
                        .addAllNode(graph.getNodeList())
                        .setName(graph.getName())
                        .build();
        long size = head.getSerializedSize() + (long) tail.getSerializedSize();
        for (TensorProto weight : weights) {
            int tensor = Math.toIntExact(size(weight));
            size +=
                    CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
                            + CodedOutputStream.computeUInt32SizeNoTag(tensor)
                            + (long) tensor;
        }
        model.toBuilder()
                .clearGraph()
                .clearOpsetImport()
                .clearMetadataProps()
                .build()
                .writeTo(coded);
        begin(coded, ModelProto.GRAPH_FIELD_NUMBER, Math.toIntExact(size));
        head.writeTo(coded);
        for (int i = 0; i < weights.size(); i++) {
            TensorProto weight = weights.get(i);
            begin(coded, GraphProto.INITIALIZER_FIELD_NUMBER, Math.toIntExact(size(weight)));
            weight.writeTo(coded);
            begin(coded, TensorProto.RAW_DATA_FIELD_NUMBER, Math.toIntExact(bytes(weight)));
            coded.flush();
            elements.writeTo(i, out);
        }
        tail.writeTo(coded);
        behind.writeTo(coded);
        coded.flush();
    }

    /** The fields that come after the graph. */
    private ModelProto behindGraph() {
        return ModelProto.newBuilder()
                .addAllOpsetImport(model.getOpsetImportList())
                .addAllMetadataProps(model.getMetadataPropsList())
                .build();
    }

    private static long size(TensorProto weight) {
        int bytes = Math.toIntExact(bytes(weight));
        return weight.getSerializedSize()
                + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(bytes)
                + (long) bytes;
    }

    private static long bytes(TensorProto weight) {
        return Tensors.declaredBytes(weight).orElseThrow();
    }

    private static void begin(CodedOutputStream coded, int field, int size) throws IOException {
        coded.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        coded.writeUInt32NoTag(size);
    }
}
