package io.rangefinder.engine.export.interpret;

import io.rangefinder.capture.types.Schema;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.capture.types.Type;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.operators.InPlace;
import io.rangefinder.engine.export.operators.Operator;
import io.rangefinder.engine.export.operators.OperatorCall;
import io.rangefinder.engine.export.operators.OperatorTable;
import io.rangefinder.engine.export.operators.UnsupportedOperatorException;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Calls operators: finds the overload, names the arguments, and writes in place. */
final class Operators {

    /** What in place changes how a tensor shows its elements, and no element. */
    private static final Set<String> ARRANGING =
            Set.of(
                    "aten::t",
                    "aten::transpose",
                    "aten::swapaxes",
                    "aten::swapdims",
                    "aten::squeeze",
                    "aten::unsqueeze");

    private final OperatorTable table;
    private final SchemaTable schemas;
    private final GraphBuilder graph;

    Operators(OperatorTable table, SchemaTable schemas, GraphBuilder graph) {
        this.table = table;
        this.schemas = schemas;
        this.graph = graph;
    }

    /** Whether some overload can be exported. */
    boolean isKnown(String name) {
        return table.find(name).or(() -> table.find(functional(name))).isPresent();
    }

    Value call(String name, List<Value> positional, Map<String, Value> keywords) {
        List<Type> types = positional.stream().map(Types::of).toList();
        Map<String, Type> keywordTypes = new LinkedHashMap<>();
        keywords.forEach((key, value) -> keywordTypes.put(key, Types.of(value)));
        Optional<Schema> schema = schemas.choose(name, types, keywordTypes);
        Map<String, Value> arguments =
                schema.map(s -> bind(s, positional, keywords))
                        .orElseGet(() -> byPosition(positional, keywords));
        Optional<Operator> own = table.find(name);
        if (own.isPresent()) {
            return own.get().apply(new OperatorCall(name, arguments, graph));
        }
        String functional = functional(name);
        Operator operator =
                table.find(functional)
                        .filter(o -> !functional.equals(name))
                        .orElseThrow(() -> new UnsupportedOperatorException("can't be exported"));
        if (ARRANGING.contains(functional)
                && positional.get(0) instanceof Value.Tensor self
                && self.isView()) {
            throw new UnsupportedOperatorException("changes the shape of a view in place");
        }
        Value result = operator.apply(new OperatorCall(functional, arguments, graph));
        return InPlace.write(positional.get(0), result, graph);
    }

    /** An in-place operator's name without its underscore. */
    private static String functional(String name) {
        return name.endsWith("_") && !name.endsWith("__")
                ? name.substring(0, name.length() - 1)
                : name;
    }

    private static Map<String, Value> bind(
            Schema schema, List<Value> positional, Map<String, Value> keywords) {
        Map<String, Value> arguments = new LinkedHashMap<>();
        int position = 0;
        for (Schema.Parameter parameter : schema.parameters()) {
            Value value = keywords.get(parameter.name());
            if (value == null && !parameter.keywordOnly() && position < positional.size()) {
                value = positional.get(position++);
            }
            if (value == null && parameter.defaultValue().isPresent()) {
                value = Literals.ofSchema(parameter.defaultValue().get());
            }
            if (value != null) {
                arguments.put(parameter.name(), value);
            }
        }
        for (; position < positional.size(); position++) {
            arguments.put("#" + position, positional.get(position));
        }
        return arguments;
    }

    private static Map<String, Value> byPosition(
            List<Value> positional, Map<String, Value> keywords) {
        Map<String, Value> arguments = new LinkedHashMap<>();
        for (Value value : positional) {
            arguments.put("#" + arguments.size(), value);
        }
        arguments.putAll(keywords);
        return arguments;
    }
}
