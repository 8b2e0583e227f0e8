package io.rangefinder.engine.check;

/**
 * The opset is one that the parser was written for. It reads newer ones without a word, by the
 * rules of the older ones: axes that ReduceMean-18 takes as an input are not looked at, for
 * example.
 *
 * <p>Source: first line of docs/operators.md of onnx-tensorrt (8.4 EA: 13, 8.4 GA and 8.6: 17,
 * 10.1: 20) and NVIDIA's support matrix. 8.4's two figures differ while its operators do not.
 */
final class OpsetRule implements Rule {

    @Override
    public String name() {
        return "opset";
    }

    @Override
    public void check(GraphView graph, Findings findings) {
        TensorRtVersion version = graph.version();
        long opset = graph.model().opset();
        if (graph.isBody() || opset <= version.documentedOpset()) {
            return;
        }
        String problem =
                String.format(
                        "the model is of opset %d; %s is documented up to %d",
                        opset, version, version.documentedOpset());
        String remedy = "export with opset " + Math.min(version.documentedOpset(), 17);
        findings.add(
                opset > version.mostOpset() ? Severity.ERROR : Severity.WARNING,
                "",
                "",
                problem,
                remedy);
    }
}
