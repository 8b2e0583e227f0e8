package io.rangefinder.engine.export.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.Fixture;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TensorRT takes bytes in a Cast and nowhere else. That values stay, OperatorsTest says. */
class CastsFirstTest {

    @ParameterizedTest
    @ValueSource(strings = {"bytes_image_traced", "bytes_image_scripted"})
    void bytesOfInputsAreReadByCastsOnly(String name) throws Exception {
        Fixture fixture = Fixture.read(Path.of("src/test/resources/operators", name + ".pt"));
        OnnxModel model =
                ModelExporter.export(fixture.archive(), fixture.inputs(), ExportOptions.DEFAULT)
                        .toOnnx();
        Set<String> bytes =
                model.inputs().stream()
                        .filter(
                                i ->
                                        i.getType().getTensorType().getElemType()
                                                == TensorProto.DataType.UINT8_VALUE)
                        .map(i -> i.getName())
                        .collect(Collectors.toSet());
        assertEquals(2, bytes.size());
        List<NodeProto> nodes = model.proto().getGraph().getNodeList();
        List<String> others =
                nodes.stream()
                        .filter(n -> n.getInputList().stream().anyMatch(bytes::contains))
                        .map(NodeProto::getOpType)
                        .filter(o -> !o.equals("Cast"))
                        .toList();
        assertEquals(List.of(), others);
        List<String> narrow =
                model.proto().getGraph().getValueInfoList().stream()
                        .filter(
                                i ->
                                        i.getType().getTensorType().getElemType()
                                                == TensorProto.DataType.UINT8_VALUE)
                        .map(i -> i.getName())
                        .toList();
        assertEquals(List.of(), narrow);
    }
}
