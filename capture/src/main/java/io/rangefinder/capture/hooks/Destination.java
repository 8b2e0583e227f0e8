package io.rangefinder.capture.hooks;

import io.rangefinder.capture.torchscript.Expression;
import java.util.List;
import java.util.Optional;

/**
 * Where the result of a call goes.
 *
 * @param kind how
 * @param variable the variable, if it has one
 * @param unpacked into how many variables the program unpacks the result, 0 if it does not
 */
record Destination(Kind kind, Optional<Expression.Name> variable, int unpacked) {

    enum Kind {
        /** A new variable. */
        FRESH,
        /** The variable of an assignment. */
        VARIABLE,
        /** Nowhere: the call is a statement. */
        NOWHERE
    }

    /** Into a new variable. */
    static final Destination FRESH = new Destination(Kind.FRESH, Optional.empty(), 0);

    /** A statement for its effect. */
    static final Destination NOWHERE = new Destination(Kind.NOWHERE, Optional.empty(), 0);

    static Destination variable(Expression.Name name, int unpacked) {
        return new Destination(Kind.VARIABLE, Optional.of(name), unpacked);
    }

    static Destination unpacked(List<Expression> targets) {
        return new Destination(Kind.FRESH, Optional.empty(), targets.size());
    }
}
