package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many inputs and outputs the operators of the default domain have, by opset, from {@code
 * arities.txt}, which ONNX's own schemas print. Immutable.
 */
final class Arities {

    private static final Arities TABLE = read();

    private final Map<String, NavigableMap<Long, Arity>> rows;

    private Arities(Map<String, NavigableMap<Long, Arity>> rows) {
        this.rows = rows;
    }

    static Arities get() {
        return TABLE;
    }

    /**
     * The arity of an operator from one version on.
     *
     * @param inputs how many inputs
     * @param required how many inputs in front can't be left out
     * @param outputs how many outputs
     */
    private record Arity(Span inputs, int required, Span outputs) {}

    /**
     * A number of inputs or outputs.
     *
     * @param least the least, inclusive
     * @param most the most, inclusive
     */
    private record Span(int least, int most) {

        static Span of(String least, String most) {
            return new Span(
                    Integer.parseInt(least),
                    most.equals("*") ? Integer.MAX_VALUE : Integer.parseInt(most));
        }

        boolean holds(int count) {
            return count >= least && count <= most;
        }

        @Override
        public String toString() {
            return least == most
                    ? Integer.toString(least)
                    : most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
        }
    }

    /** What is wrong with the number of a node's inputs or outputs, if anything. */
    Optional<String> problem(NodeProto node, long opset) {
        NavigableMap<Long, Arity> versions = rows.get(node.getOpType());
        if (versions == null || !Nodes.isDefaultDomain(node.getDomain())) {
            return Optional.empty();
        }
        // An operator that is newer than the opset is refused by whoever runs the model.
        Arity arity =
                Optional.ofNullable(versions.floorEntry(opset))
                        .orElseGet(versions::firstEntry)
                        .getValue();
        if (!arity.inputs().holds(node.getInputCount())) {
            return Optional.of(
                    "has " + node.getInputCount() + " inputs instead of " + arity.inputs());
        }
        for (int i = 0; i < arity.required(); i++) {
            if (node.getInput(i).isEmpty() && !isLeftOut(node, i)) {
                return Optional.of("lacks its input " + i);
            }
        }
        boolean anyNumber = arity.required() > 0 && arity.inputs().most() == Integer.MAX_VALUE;
        if (anyNumber && node.getInputList().contains("")) {
            return Optional.of("lacks its input " + node.getInputList().indexOf(""));
        }
        return arity.outputs().holds(node.getOutputCount())
                ? Optional.empty()
                : Optional.of(
                        "has " + node.getOutputCount() + " outputs instead of " + arity.outputs());
    }

    /** Exporters leave out Resize's roi and scales where opset 11 wants them empty. */
    private static boolean isLeftOut(NodeProto node, int input) {
        return input > 0 && node.getOpType().equals("Resize");
    }

    private static Arities read() {
        Map<String, NavigableMap<Long, Arity>> rows = new HashMap<>();
        try (InputStream in = Arities.class.getResourceAsStream("arities.txt");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .forEach(
                            row ->
                                    rows.computeIfAbsent(row[0], k -> new TreeMap<>())
                                            .put(
                                                    Long.parseLong(row[1]),
                                                    new Arity(
                                                            Span.of(row[2], row[3]),
                                                            Integer.parseInt(row[4]),
                                                            Span.of(row[5], row[6]))));
        } catch (IOException e) {
            throw new UncheckedIOException("arities.txt of this jar cannot be read", e);
        }
        return new Arities(Map.copyOf(rows));
    }
}
