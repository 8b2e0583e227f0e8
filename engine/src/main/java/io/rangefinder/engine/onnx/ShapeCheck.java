package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;

/**
 * Refuses what ONNX Runtime's native code does not survive: it ends the whole process where an axis
 * is missing, a step is 0 or the least integer is divided by -1, and takes whatever memory a model
 * asks for. Only what follows from the model alone is known here; the first node of which that
 * can't be told is named, so that whoever runs the model can try it in another process first. For
 * one use.
 */
public final class ShapeCheck {

    private final String source;
    private final NodeChecks checks;
    private final LeastShapes shapes;
    private Optional<String> open = Optional.empty();
    private Optional<String> full = Optional.empty();

    /**
     * What can't be told from a model alone.
     *
     * @param open what may end the process that runs it, or empty if nothing can
     * @param full what ends it where an input has no elements, if anything
     */
    public record Verdict(Optional<String> open, Optional<String> full) {}

    private ShapeCheck(ModelProto model, String source) {
        this.source = source;
        this.checks = new NodeChecks(model, EmptyTensors.mayCome(model.getGraph()));
        this.shapes = new LeastShapes(model.getGraph());
        if (model.getFunctionsCount() > 0) {
            open = Optional.of("it has functions of its own");
        }
    }

    /**
     * Checks a model, the bodies of If, Loop and Scan included.
     *
     * @param model the model
     * @throws InvalidOnnxException for the first node that can't be run
     */
    public static void check(OnnxModel model) throws InvalidOnnxException {
        check(model.proto(), model.source());
    }

    /**
     * Checks a model, the bodies of If, Loop and Scan included.
     *
     * @param model the model, which may lack the data of large tensors
     * @param source where it came from, for messages
     * @return what can't be told from the model alone
     * @throws InvalidOnnxException for the first node that can't be run
     */
    public static Verdict check(ModelProto model, String source) throws InvalidOnnxException {
        ModelSize.require(model, source);
        ShapeCheck check = new ShapeCheck(model, source);
        check.check(model.getGraph(), new TensorFacts(model.getGraph(), Optional.empty(), false));
        return new Verdict(check.open, check.full);
    }

    private void check(GraphProto graph, TensorFacts facts) throws InvalidOnnxException {
        if (graph.getSparseInitializerCount() > 0) {
            open = open.or(() -> Optional.of("it has sparse constants"));
        }
        for (NodeProto node : graph.getNodeList()) {
            Optional<String> problem = checks.problem(node, facts).or(() -> shapes.problem(node));
            if (problem.isPresent()) {
                throw InvalidOnnxException.ofNode(source, node, problem.get());
            }
            if (open.isEmpty()) {
                open = checks.open(node, facts);
            }
            if (full.isEmpty() && NodeChecks.wantsElements(node)) {
                full = Optional.of(NodeChecks.describe(node));
            }
            for (GraphProto body : Nodes.bodies(node)) {
                shapes.constants(body);
                check(body, new TensorFacts(body, Optional.of(facts), false));
            }
        }
    }
}
