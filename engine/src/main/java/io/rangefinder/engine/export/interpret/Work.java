package io.rangefinder.engine.export.interpret;

import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * What following a model costs: steps, and the elements that are looked at and made. It is bounded,
 * so that a loop without end ends, before what it gathers fills the memory.
 */
final class Work {

    /** Seconds of work, and well under a gigabyte of values; large models take a thousandth. */
    private static final long MAX = 50_000_000;

    /** All that one value may hold. */
    private static final int MAX_HELD = 2_000_000;

    /** An operator's node takes about as much memory as so many elements. */
    private static final int OPERATOR = 200;

    /** What is made takes memory, what is looked at only time. */
    private static final int MADE = 32;

    private static final int CHARACTERS = 64;

    private long done;

    void step() {
        spend(1);
    }

    /** An operator is called. */
    void operator(Collection<Value> arguments) {
        spend(OPERATOR);
        arguments.forEach(this::lookAt);
    }

    /** All that a value holds is looked at; a list that holds itself has no end. */
    void lookAt(Value value) {
        Deque<Collection<Value>> open = new ArrayDeque<>(List.of(List.of(value)));
        long held = 0;
        while (!open.isEmpty()) {
            Collection<Value> elements = open.pop();
            spend(elements.size());
            held += elements.size();
            if (held > MAX_HELD) {
                throw new LimitException("holds a value of more than " + MAX_HELD + " elements");
            }
            for (Value element : elements) {
                if (element instanceof Value.ListOf list) {
                    open.push(list.elements());
                } else if (element instanceof Value.Tuple tuple) {
                    open.push(tuple.elements());
                } else if (element instanceof Value.Dict dict) {
                    open.push(dict.entries().values());
                }
            }
        }
    }

    /** An operator has made a value. */
    void made(Value value) {
        if (value instanceof Value.ListOf list) {
            spend(MADE * (long) list.elements().size());
        } else if (value instanceof Value.Text text) {
            spend(text.text().length() / CHARACTERS);
        } else if (value instanceof Value.Tensor tensor
                && tensor.get().source() instanceof Source.Elements elements) {
            spend(MADE * (long) elements.values().size());
        }
    }

    private void spend(long work) {
        done += work;
        if (done > MAX) {
            throw new LimitException(
                    "takes more than "
                            + MAX
                            + " steps to follow: a loop never ends, or values grow without end");
        }
    }
}
