package io.rangefinder.engine.tensorrt.plan.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On a text written by hand after the format in NVIDIA's TensorRT Developer Guide ("Engine
 * Inspector"), as no device printed one here.
 */
class InspectorJsonTest {

    private static final String PRINTED =
            """
            {"Layers": [{
              "Name": "Reformatting CopyNode for Input Tensor 0 to conv1 + relu",
              "LayerType": "Reformat",
              "Inputs": [{"Name": "input", "Location": "Device", "Dimensions": [1,3,224,224],
                "Format/Datatype": "Row major linear FP32"}],
              "Outputs": [{"Name": "Reformatted Input Tensor 0 to conv1 + relu",
                "Location": "Device", "Dimensions": [1,3,224,224],
                "Format/Datatype": "Four wide channel vectorized row major Int8 format"}],
              "ParameterType": "Reformat", "Origin": "REFORMAT", "TacticValue": "0x0000000000000000"
            },{
              "Name": "conv1 + relu",
              "LayerType": "CaskConvolution",
              "Inputs": [{"Name": "x", "Location": "Device", "Dimensions": [1,3,224,224],
                "Format/Datatype": "Four wide channel vectorized row major Int8 format"}],
              "Outputs": [{"Name": "y", "Location": "Device", "Dimensions": [1,64,112,112],
                "Format/Datatype": "Thirty-two wide channel vectorized row major Int8 format"}],
              "ParameterType": "Convolution", "Kernel": [7,7],
              "Weights": {"Type": "Int8", "Count": 9408}, "Bias": {"Type": "Float", "Count": 64},
              "Activation": "RELU", "TacticValue": "0x9cb304e2edbc1221"
            },{
              "Name": "layer1.conv + layer1.add",
              "LayerType": "CaskConvolution",
              "Inputs": [{"Name": "y", "Location": "Device", "Dimensions": [1,64,112,112],
                "Format/Datatype": "Channel major FP16 format where channel % 8 == 0"}],
              "Outputs": [{"Name": "z", "Location": "Device", "Dimensions": [1,64,112,112],
                "Format/Datatype": "Channel major FP16 format where channel % 8 == 0"}],
              "ParameterType": "Convolution", "Kernel": [3,3],
              "Weights": {"Type": "Half", "Count": 36864}, "Bias": {"Type": "Half", "Count": 64}
            },{
              "Name": "fc",
              "LayerType": "MatrixMultiply",
              "Inputs": [{"Name": "z", "Location": "Device", "Dimensions": [1,64],
                "Format/Datatype": "Row major linear FP32"}],
              "Outputs": [{"Name": "logits", "Location": "Device", "Dimensions": [1,10],
                "Format/Datatype": "Row major linear FP32"}],
              "ParameterType": "MatrixMultiply"
            },{
              "Name": "shape", "LayerType": "Shape", "Inputs": [], "Outputs": [
                {"Name": "s", "Dimensions": [4], "Format/Datatype": "Row major Int32"}]
            }],
            "Bindings": ["input", "logits"]}
            """;

    @Test
    void eachLayersPrecisionIsTheOneItComputesIn() {
        List<LayerReport> layers = InspectorJson.read(PRINTED, Map.of());

        assertEquals(
                List.of(
                        Precision.FP32,
                        Precision.INT8,
                        Precision.FP16,
                        Precision.FP32,
                        Precision.OTHER),
                layers.stream().map(LayerReport::precision).toList());
        assertEquals(
                List.of(false, true, true, true, false),
                layers.stream().map(LayerReport::weighted).toList());
    }

    @Test
    void reasonOfAPartIsTheReasonOfTheFusedLayer() {
        List<LayerReport> layers =
                InspectorJson.read(
                        PRINTED,
                        Map.of("layer1.conv", "pinned to float", "conv1", "not asked for"));

        assertEquals(Optional.empty(), layers.get(0).leftInFloat(), "no weighted layer");
        assertEquals(Optional.empty(), layers.get(1).leftInFloat(), "in INT8");
        assertEquals(Optional.of("pinned to float"), layers.get(2).leftInFloat());
        assertTrue(layers.get(3).leftInFloat().orElseThrow().contains("no INT8 implementation"));
    }

    @Test
    void reportReadsBackFromItsJson() {
        PlanReport report =
                new PlanReport(
                        InspectorJson.read(PRINTED, Map.of("fc", "no Q/DQ on its input 'z'")),
                        List.of("t"),
                        List.of("typo"));

        assertEquals(
                report,
                PlanReport.ofJson(
                        JsonParser.parseString(report.toJson().toString()).getAsJsonObject()));
        assertEquals(1, report.int8Layers());
        assertEquals(3, report.weightedLayers());
        assertTrue(
                report.toText()
                        .startsWith(
                                "1 of 3 convolutions and linear layers in INT8; 5 layers in the"
                                        + " plan\nFP32 Reformat "));
        assertTrue(
                report.toText().contains("\nFP32 MatrixMultiply fc: no Q/DQ on its input 'z'\n"));
    }

    @Test
    void namesAloneAreLayersOfUnknownPrecision() {
        List<LayerReport> layers =
                InspectorJson.read("{\"Layers\": [\"conv1 + relu\"], \"Bindings\": []}", Map.of());

        assertEquals("conv1 + relu", layers.get(0).name());
        assertEquals(Precision.OTHER, layers.get(0).precision());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"Layers\": 3}",
                "{\"Layers\": [[]]}",
                "{\"Layers\": [{\"Name\": {}}]}",
                "{\"Layers\": [{\"Inputs\": [3]}]}",
                "not JSON"
            })
    void somethingElseIsRefused(String json) {
        assertThrows(JsonParseException.class, () -> InspectorJson.read(json, Map.of()));
    }
}
