package io.rangefinder.engine.export.interpret;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.hooks.MarkedProgram;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.operators.OperatorTable;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Executes a method of a model symbolically: what it computes with tensors becomes nodes of a
 * graph, everything else is done at once. For one run.
 */
public final class Interpreter {

    private final MarkedProgram program;
    private final Objects objects;
    private final Problems problems = new Problems();
    private final Calls calls;

    /**
     * An interpreter of a program.
     *
     * @param program the model's code
     * @param weights the archive's tensors, of which the graph was made to take the weights
     * @param graph where nodes go
     */
    public Interpreter(MarkedProgram program, ArchiveWeights weights, GraphBuilder graph) {
        this.program = program;
        objects = new Objects(program, weights, graph.storages());
        Operators operators =
                new Operators(OperatorTable.standard(), SchemaTable.ofPyTorch(), graph);
        calls = new Calls(program, operators, graph, objects, problems);
    }

    /**
     * Runs a method of the model itself.
     *
     * @param method its name, such as {@code forward}
     * @param inputs its arguments in order
     * @return its result, or empty if there are {@link #problems}
     * @throws MalformedModelException if the archive can't be used
     * @throws BatchDependentException if the graph can't be the same for every batch
     */
    public Optional<Value> run(String method, List<Value> inputs) throws MalformedModelException {
        MarkedProgram.Code code =
                program.entry(method)
                        .orElseThrow(
                                () ->
                                        new MalformedModelException(
                                                "the model has no method " + method));
        List<Value> arguments = new ArrayList<>(List.of(objects.root()));
        arguments.addAll(inputs);
        Value result = Value.Unknown.UNKNOWN;
        try {
            Value all = calls.run(code, "", arguments, Map.of());
            if (all instanceof Value.Tuple tuple) {
                result = tuple.elements().get(0);
            }
            if (problems.counts().isEmpty() && Types.isUnknown(result)) {
                problems.add(new Frame("", code.file()), "a result that nothing computes");
            }
        } catch (StoppedException e) {
            // The problem says why.
        }
        return problems.counts().isEmpty() ? Optional.of(result) : Optional.empty();
    }

    /**
     * The parameters and buffers that it wrote to, so that the next call would find others.
     *
     * @return each by its PyTorch path
     */
    public Map<String, WeightView> changed() {
        return objects.changed();
    }

    /**
     * The modules that do in training what they don't in inference, and were saved in training
     * mode.
     *
     * @return their paths
     */
    public Set<String> inTrainingMode() {
        return objects.inTrainingMode();
    }

    /**
     * What can't be exported.
     *
     * @return each problem and how often it was met
     */
    public Map<Problem, Integer> problems() {
        return problems.counts();
    }

    /**
     * Whether a limit of work or memory was reached, which another opset's export would reach, too.
     *
     * @return true if it was
     */
    public boolean exhausted() {
        return problems.exhausted();
    }
}
