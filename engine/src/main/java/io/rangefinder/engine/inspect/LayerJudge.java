package io.rangefinder.engine.inspect;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.inspect.InspectionReport.Layer;
import io.rangefinder.engine.inspect.InspectionReport.Mode;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.engine.onnx.Nodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says of each weighted layer what it ends in, by the model and by TensorRT's log. */
final class LayerJudge {

    private final ModelLayers model;
    private final OptimizerLog log;
    private final Mode mode;
    private final Outcome outcome;
    private final Map<String, InspectionReport.Range> ranges = new HashMap<>();

    LayerJudge(ModelLayers model, ReportReader report, Mode mode, Outcome outcome) {
        this.model = model;
        this.log = report.log();
        this.mode = mode;
        this.outcome = outcome;
        report.ranges().forEach(r -> ranges.put(r.tensor(), r));
    }

    List<Layer> judge(Set<String> pinned) {
        List<Layer> layers = new ArrayList<>();
        for (ModelLayers.Weighted weighted : model.weighted()) {
            NodeProto.Builder node = weighted.node();
            Judgement judgement = judge(weighted);
            layers.add(
                    new Layer(
                            Nodes.nameOf(node),
                            node.getOpType(),
                            judgement.verdict(),
                            judgement.reason(),
                            pinned.contains(Nodes.nameOf(node))
                                    || pinned.contains(node.getOutput(0))));
        }
        for (ModelLayers.Unquantized layer : model.unquantized()) {
            layers.add(
                    new Layer(
                            layer.name(),
                            layer.operator(),
                            Verdict.FLOAT,
                            layer.reason(),
                            pinned.contains(layer.name()) || pinned.contains(layer.output())));
        }
        return layers;
    }

    private record Judgement(Verdict verdict, String reason) {

        static Judgement inFloat(String reason) {
            return new Judgement(Verdict.FLOAT, reason);
        }
    }

    private Judgement judge(ModelLayers.Weighted layer) {
        if (mode == Mode.FLOAT) {
            return Judgement.inFloat("the model has no Q/DQ, and there are no ranges");
        }
        if (mode == Mode.EXPLICIT && layer.otherType().isPresent()) {
            return new Judgement(Verdict.OTHER_TYPE, "its Q/DQ are of " + layer.otherType().get());
        }
        if (mode == Mode.EXPLICIT && !layer.inputQuantized()) {
            return Judgement.inFloat("no Q/DQ on its input");
        }
        if (mode == Mode.EXPLICIT && layer.weightQuantizer().isEmpty()) {
            return Judgement.inFloat("no Q/DQ on its weight");
        }
        if (outcome != Outcome.OPTIMIZED) {
            return new Judgement(Verdict.UNKNOWN, "TensorRT did not come so far");
        }
        return mode == Mode.IMPLICIT ? byRanges(layer.node()) : byLog(layer);
    }

    private Judgement byRanges(NodeProto.Builder node) {
        for (String tensor : List.of(node.getInput(0), node.getOutput(0))) {
            InspectionReport.Range range = ranges.get(tensor);
            if (range == null) {
                return Judgement.inFloat("its tensor '" + tensor + "' has no range");
            }
            if (!range.accepted()) {
                return Judgement.inFloat("TensorRT refused the range of '" + tensor + "'");
            }
        }
        return new Judgement(
                Verdict.INT8_ALLOWED, "has its ranges; a device measures which kernel is faster");
    }

    private Judgement byLog(ModelLayers.Weighted layer) {
        if (model.isAmbiguous(layer.layer())) {
            return new Judgement(Verdict.UNKNOWN, "several nodes have its name; give each its own");
        }
        if (log.int8().contains(layer.layer())) {
            return new Judgement(Verdict.INT8, "");
        }
        if (layer.group().filter(log.refusedGroups()::contains).isPresent()) {
            OptimizerLog.Group group = layer.group().get();
            return Judgement.inFloat(
                    "TensorRT fuses no Q/DQ into a convolution of "
                            + group.groups()
                            + " groups from "
                            + group.in()
                            + " to "
                            + group.out()
                            + " channels");
        }
        if (log.isCut()) {
            return new Judgement(Verdict.UNKNOWN, "the log was too long to be read to its end");
        }
        if (log.quantizedWeights().contains(layer.weightQuantizer().orElseThrow())) {
            return Judgement.inFloat("TensorRT left its Q/DQ as they are");
        }
        if (log.myelin()) {
            return new Judgement(
                    Verdict.INT8_IN_MYELIN, "Q/DQ on input and weight; Myelin's log tells no more");
        }
        return Judgement.inFloat("the log shows no fusion of its Q/DQ");
    }
}
