package io.rangefinder.engine.check;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.Nodes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Each tensor is made once, before it is read, and something makes it (ONNX's specification). */
final class GraphRule implements Rule {

    private static final String REMEDY = "export the model again";

    @Override
    public String name() {
        return "graph";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        Map<String, Integer> makers = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            NodeProto node = graph.nodes().get(i);
            for (String output : node.getOutputList()) {
                if (!output.isEmpty() && makers.put(output, i) != null) {
                    findings.error(Nodes.nameOf(node), output, "made by two nodes", REMEDY);
                }
            }
            for (String read : Set.copyOf(node.getInputList())) {
                if (!read.isEmpty() && !graph.isMade(read)) {
                    findings.error(Nodes.nameOf(node), read, "nothing makes this tensor", REMEDY);
                }
            }
        }
        for (ValueInfoProto output : graph.proto().getOutputList()) {
            if (!graph.isMade(output.getName())) {
                findings.error("", output.getName(), "nothing makes this output", REMEDY);
            }
        }
        findCycle(graph, makers, findings);
    }

    private static void findCycle(GraphView graph, Map<String, Integer> makers, Findings findings) {
        int count = graph.nodes().size();
        List<List<Integer>> after = new ArrayList<>();
        int[] waitsFor = new int[count];
        for (int i = 0; i < count; i++) {
            after.add(new ArrayList<>());
        }
        for (int i = 0; i < count; i++) {
            Set<Integer> before = new HashSet<>();
            graph.nodes().get(i).getInputList().stream()
                    .filter(makers::containsKey)
                    .forEach(r -> before.add(makers.get(r)));
            for (int b : before) {
                after.get(b).add(i);
            }
            waitsFor[i] = before.size();
        }
        Deque<Integer> ready = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            if (waitsFor[i] == 0) {
                ready.add(i);
            }
        }
        while (!ready.isEmpty()) {
            for (int reader : after.get(ready.remove())) {
                if (--waitsFor[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        for (int i = 0; i < count; i++) {
            if (waitsFor[i] > 0) {
                String stuck = Nodes.nameOf(graph.nodes().get(i));
                findings.error(stuck, "", "reads what depends on itself", REMEDY);
                return;
            }
        }
    }
}
