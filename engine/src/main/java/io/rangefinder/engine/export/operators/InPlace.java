package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.List;

/** Writes the result of an operator to its first argument, as {@code relu_} does. Stateless. */
public final class InPlace {

    private InPlace() {}

    /**
     * Writes a result.
     *
     * @param target the tensor or the list that is written to
     * @param result what the operator gives
     * @param graph where nodes go
     * @return the target
     * @throws UnsupportedOperatorException if they are no two tensors and no two lists
     */
    public static Value write(Value target, Value result, GraphBuilder graph) {
        if (target instanceof Value.ListOf list && result instanceof Value.ListOf made) {
            List<Value> elements = List.copyOf(made.elements());
            list.elements().clear();
            list.elements().addAll(elements);
            return list;
        }
        if (!(target instanceof Value.Tensor self) || !(result instanceof Value.Tensor made)) {
            throw new UnsupportedOperatorException("writes to what is no tensor");
        }
        if (made == self) {
            return self;
        }
        Primitives to = new Primitives(graph);
        SymbolicTensor before = self.get();
        SymbolicTensor after = ComplexTensors.convert(to, made.get(), before.type());
        // squeeze_ and the like change the shape; arithmetic keeps it.
        if (!after.count().equals(before.count())) {
            after = ComplexTensors.expand(to, after, before.shape());
        }
        self.set(after);
        return self;
    }
}
