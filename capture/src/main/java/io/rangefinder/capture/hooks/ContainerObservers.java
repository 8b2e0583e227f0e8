package io.rangefinder.capture.hooks;

import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.Expression.Name;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.Printer;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.types.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Code that looks at the tensors of a list or dict, whose number is known only when it runs: a
 * function for each type, which names the elements as it meets them.
 */
final class ContainerObservers {

    private final Injection injection;
    private final Map<String, String> functions = new HashMap<>();

    ContainerObservers(Injection injection) {
        this.injection = injection;
    }

    boolean holdTensors(Type type) {
        if (type instanceof Type.ListType list) {
            return holdTensors(list.element());
        }
        if (type instanceof Type.DictType dict) {
            return holdTensors(dict.value()) && annotation(dict.key()).isPresent();
        }
        if (type instanceof Type.OptionalType optional) {
            return holdTensors(optional.value());
        }
        if (type instanceof Type.TupleType tuple) {
            return tuple.elements().stream().anyMatch(this::holdTensors);
        }
        if (type instanceof Type.UnionType union) {
            return union.members().stream().anyMatch(this::holdTensors);
        }
        return type == Type.Basic.TENSOR || type == Type.Basic.ANY;
    }

    /** Writes the code that looks at each tensor of a container. */
    void observe(Scope scope, HookPoint point, Expression variable, Type type) {
        if (annotation(type).isEmpty()) {
            injection.unobserved.add(
                    point.name() + " is of a type that hooks cannot look into: " + type);
            return;
        }
        if (injection.taps.mayHold(point)) {
            keep(scope, point.name(), variable, type);
        }
        if (injection.filter.mayHold(point)) {
            call(scope, "named", point.name(), variable, type);
        }
    }

    /** Writes the code that hands whole tensors out. */
    void keep(Scope scope, String name, Expression variable, Type type) {
        Type known = type == Type.Basic.UNKNOWN ? Type.Basic.ANY : type;
        if (annotation(known).isPresent()) {
            call(scope, "keep", name, variable, known);
        }
    }

    private void call(Scope scope, String action, String name, Expression variable, Type type) {
        injection.hooks++;
        scope.out.add(
                new Statement.ExprStmt(
                        scope.line,
                        Expression.call(
                                Expression.dotted(function(action, type)),
                                variable,
                                new Name(injection.resultsArgument),
                                Printer.string(name))));
    }

    private String function(String action, Type type) {
        String file = injection.generated.file;
        if (type == Type.Basic.TENSOR) {
            return file + "." + action;
        }
        String key = action + type;
        String known = functions.get(key);
        if (known == null) {
            known = injection.generated.newName();
            functions.put(key, known);
            injection.generated.addFunction(
                    new FunctionDef(
                            0,
                            known,
                            List.of(
                                    parameter("x", Printer.text(annotation(type).orElseThrow())),
                                    parameter("results", "Dict[str, Tensor]"),
                                    parameter("name", "str")),
                            Optional.of(new Name("NoneType")),
                            body(action, type)),
                    file);
        }
        return file + "." + known;
    }

    private List<Statement> body(String action, Type type) {
        Expression x = new Name("x");
        Statement done = new Statement.Return(0, Optional.of(new Expression.Literal("None")));
        if (type instanceof Type.ListType list) {
            Statement loop =
                    new Statement.For(
                            0,
                            List.of(new Name("i")),
                            Expression.call(new Name("range"), op("len", x)),
                            List.of(
                                    inner(
                                            action,
                                            list.element(),
                                            op("__getitem__", x, new Name("i")),
                                            "i")));
            return List.of(loop, done);
        }
        if (type instanceof Type.DictType dict) {
            Statement keys = assign("keys", op("keys", x));
            Statement key = assign("key", op("__getitem__", new Name("keys"), new Name("i")));
            Statement loop =
                    new Statement.For(
                            0,
                            List.of(new Name("i")),
                            Expression.call(new Name("range"), op("len", new Name("keys"))),
                            List.of(
                                    key,
                                    inner(
                                            action,
                                            dict.value(),
                                            op("__getitem__", x, new Name("key")),
                                            "key")));
            return List.of(keys, loop, done);
        }
        if (type instanceof Type.TupleType tuple) {
            return tuple(action, tuple.elements(), done);
        }
        if (type instanceof Type.UnionType union) {
            return union(action, union.members(), done);
        }
        Type value =
                type instanceof Type.OptionalType optional ? optional.value() : Type.Basic.TENSOR;
        Expression annotation = annotation(value).orElseThrow();
        Statement see = asA(action, value);
        Expression present =
                type instanceof Type.OptionalType
                        ? op("__isnot__", x, new Expression.Literal("None"))
                        : Expression.call(new Name("isinstance"), x, annotation);
        return List.of(new Statement.If(0, present, List.of(see), List.of()), done);
    }

    /** Looks at what is of one of the types that hold tensors. */
    private List<Statement> union(String action, List<Type> members, Statement done) {
        List<Statement> body = new ArrayList<>();
        for (Type member : members) {
            if (holdTensors(member)) {
                body.add(
                        new Statement.If(
                                0,
                                Expression.call(
                                        new Name("isinstance"),
                                        new Name("x"),
                                        annotation(member).orElseThrow()),
                                List.of(asA(action, member)),
                                List.of()));
            }
        }
        body.add(done);
        return body;
    }

    /** Looks at what is known to be of a type. */
    private Statement asA(String action, Type type) {
        return new Statement.ExprStmt(
                0,
                Expression.call(
                        Expression.dotted(function(action, type)),
                        Expression.call(
                                new Name("unchecked_cast"),
                                annotation(type).orElseThrow(),
                                new Name("x")),
                        new Name("results"),
                        new Name("name")));
    }

    private List<Statement> tuple(String action, List<Type> types, Statement done) {
        List<Statement> body = new ArrayList<>();
        List<Expression> names = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            names.add(new Name("x" + i));
        }
        body.add(
                new Statement.Assign(0, names, true, Optional.empty(), Optional.of(new Name("x"))));
        for (int i = 0; i < types.size(); i++) {
            if (holdTensors(types.get(i))) {
                body.add(inner(action, types.get(i), names.get(i), Integer.toString(i)));
            }
        }
        body.add(done);
        return body;
    }

    private Statement inner(String action, Type type, Expression value, String index) {
        Expression name =
                op(
                        "format",
                        Printer.string("{}[{}]"),
                        new Name("name"),
                        Character.isDigit(index.charAt(0))
                                ? new Expression.Literal(index)
                                : new Name(index));
        return new Statement.ExprStmt(
                0,
                Expression.call(
                        Expression.dotted(function(action, type)),
                        value,
                        new Name("results"),
                        name));
    }

    private static Expression op(String name, Expression... arguments) {
        return Expression.call(Expression.dotted("torch." + name), arguments);
    }

    private static Statement assign(String name, Expression value) {
        return new Statement.Assign(
                0, List.of(new Name(name)), false, Optional.empty(), Optional.of(value));
    }

    private static FunctionDef.Parameter parameter(String name, String type) {
        return new FunctionDef.Parameter(name, Optional.of(new Name(type)), Optional.empty());
    }

    /** How a type is written, if it can be. */
    private static Optional<Expression> annotation(Type type) {
        if (type instanceof Type.ListType list) {
            return subscript("List", List.of(list.element()));
        }
        if (type instanceof Type.DictType dict) {
            return subscript("Dict", List.of(dict.key(), dict.value()));
        }
        if (type instanceof Type.OptionalType optional) {
            return subscript("Optional", List.of(optional.value()));
        }
        if (type instanceof Type.TupleType tuple) {
            return tuple.elements().isEmpty()
                    ? Optional.empty()
                    : subscript("Tuple", tuple.elements());
        }
        if (type instanceof Type.UnionType union) {
            return subscript("Union", union.members());
        }
        if (type instanceof Type.ClassType c) {
            return Optional.of(Expression.dotted(c.qualifiedName()));
        }
        if (type instanceof Type.Basic basic) {
            return switch (basic) {
                case TENSOR -> Optional.of(new Name("Tensor"));
                case INT -> Optional.of(new Name("int"));
                case FLOAT -> Optional.of(new Name("float"));
                case BOOL -> Optional.of(new Name("bool"));
                case COMPLEX -> Optional.of(new Name("complex"));
                case NUMBER -> Optional.of(new Name("number"));
                case STRING -> Optional.of(new Name("str"));
                case ANY -> Optional.of(new Name("Any"));
                case NONE -> Optional.of(new Name("NoneType"));
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    private static Optional<Expression> subscript(String name, List<Type> parameters) {
        List<Expression> texts = new ArrayList<>();
        for (Type parameter : parameters) {
            Optional<Expression> text = annotation(parameter);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            texts.add(text.get());
        }
        return Optional.of(new Expression.Subscript(new Name(name), List.copyOf(texts)));
    }
}
