package io.rangefinder.engine.export.interpret;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.hooks.MarkedProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.engine.export.graph.ConstantException;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.operators.UnsupportedOperatorException;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls functions, methods and operators. */
final class Calls {

    /** What a list or a dict holds need not be known. */
    private static final Set<String> HOLD_ANYTHING =
            Set.of(
                    "aten::append",
                    "aten::insert",
                    "aten::extend",
                    "aten::_set_item",
                    "aten::__getitem__",
                    "aten::len",
                    "aten::list",
                    "aten::__isnot__",
                    "aten::__is__");

    private static final int MAX_DEPTH = 200;

    private static final Logger logger = LoggerFactory.getLogger(Calls.class);

    private final MarkedProgram program;
    private final Operators operators;
    private final GraphBuilder graph;
    private final Problems problems;
    private final Expressions expressions;
    private final BuiltIns builtIns;
    private final Statements statements;
    private final Work work = new Work();
    private int depth;

    Calls(
            MarkedProgram program,
            Operators operators,
            GraphBuilder graph,
            Objects objects,
            Problems problems) {
        this.program = program;
        this.operators = operators;
        this.graph = graph;
        this.problems = problems;
        expressions = new Expressions(objects, this, problems, program);
        builtIns = new BuiltIns(this, expressions, problems, work);
        statements = new Statements(expressions, problems, work);
    }

    Value call(Frame frame, Expression.Call call) throws MalformedModelException {
        work.step();
        Optional<String> dotted = call.callee().dottedName();
        if (dotted.isPresent()) {
            String name = dotted.get();
            if (call.callee() instanceof Expression.Name && !frame.variables.containsKey(name)) {
                return builtIns.call(frame, name, call);
            }
            String first = name.substring(0, Math.max(0, name.indexOf('.')));
            boolean operator = first.equals("torch") || first.equals("ops");
            if (operator && !frame.variables.containsKey(first)) {
                return operator(
                        frame, qualified(name), arguments(frame, call), keywords(frame, call));
            }
            if (name.startsWith("__torch__.")) {
                return function(frame, name, call);
            }
            if (frame.variables.get(name) instanceof Value.Function held) {
                return function(frame, held.qualifiedName(), call);
            }
        }
        if (call.callee() instanceof Expression.Attribute member) {
            Value receiver = expressions.evaluate(frame, member.target());
            return method(
                    frame, receiver, member.name(), arguments(frame, call), keywords(frame, call));
        }
        return problems.unknown(frame, "a call of what is no function");
    }

    /** {@code torch.add} is {@code aten::add}; {@code ops.prim.dtype} is {@code prim::dtype}. */
    private static String qualified(String name) {
        String[] parts = name.split("\\.");
        String operator = parts[parts.length - 1];
        return parts[0].equals("torch") || parts.length < 3
                ? "aten::" + operator
                : parts[1] + "::" + operator;
    }

    List<Value> arguments(Frame frame, Expression.Call call) throws MalformedModelException {
        return expressions.evaluateAll(frame, call.arguments());
    }

    Map<String, Value> keywords(Frame frame, Expression.Call call) throws MalformedModelException {
        Map<String, Value> keywords = new LinkedHashMap<>();
        for (Expression.Keyword keyword : call.keywords()) {
            keywords.put(keyword.name(), expressions.evaluate(frame, keyword.value()));
        }
        return keywords;
    }

    Value operator(Frame frame, String name, List<Value> positional, Map<String, Value> keywords) {
        if (name.endsWith("::RaiseException")) {
            throw problems.stop(frame, raised(positional));
        }
        work.operator(positional);
        work.operator(keywords.values());
        if (!operators.isKnown(name)) {
            return problems.unknown(frame, name);
        }
        boolean unknown =
                positional.stream().anyMatch(Types::isUnknown)
                        || keywords.values().stream().anyMatch(Types::isUnknown);
        boolean holder = HOLD_ANYTHING.contains(name) && positional.get(0) != Value.Unknown.UNKNOWN;
        if (unknown && !holder) {
            return Value.Unknown.UNKNOWN;
        }
        String plain = name.substring(name.indexOf("::") + 2);
        graph.setScope(frame.path + "/" + plain.replaceFirst("(?<!_)_$", ""));
        try {
            Value result = operators.call(name, positional, keywords);
            if (!positional.contains(result)) {
                work.made(result);
            }
            return result;
        } catch (LimitException | BatchDependentException e) {
            throw e;
        } catch (UnsupportedOperatorException e) {
            return problems.unknown(frame, name + " " + e.getMessage());
        } catch (ConstantException e) {
            return problems.unknown(frame, name + " of a constant: " + e.getMessage());
        } catch (ArithmeticException e) {
            return problems.unknown(frame, name + " with impossible numbers: " + e.getMessage());
        } catch (RuntimeException e) {
            return problems.unknown(
                    frame, failed(frame, name + " does not take " + kinds(positional), e));
        }
    }

    /** What PyTorch would refuse, too, or else a fault of the exporter; the stack tells which. */
    private static String failed(Frame frame, String what, RuntimeException e) {
        logger.info("{}: {}", frame.place(), what, e);
        return what
                + "; if the model runs in PyTorch, the exporter is at fault, and the log"
                + " (--verbose) says where";
    }

    /** Arguments as a person would look for what is wrong with them. */
    private static String kinds(List<Value> arguments) {
        return arguments.isEmpty()
                ? "no arguments"
                : arguments.stream()
                        .map(a -> a.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ", "what it is given (", ")"));
    }

    private static String raised(List<Value> arguments) {
        String message =
                arguments.isEmpty() || !(arguments.get(0) instanceof Value.Text text)
                        ? "an error"
                        : text.text();
        return "the model raises \"" + message + "\" for inputs of these shapes";
    }

    private Value function(Frame frame, String name, Expression.Call call)
            throws MalformedModelException {
        if (program.isObserver(name)) {
            return Value.None.NONE;
        }
        List<Value> arguments = arguments(frame, call);
        if (name.equals(program.mark())) {
            if (arguments.get(2) instanceof Value.Text hook) {
                if (arguments.get(0) instanceof Value.Tensor tensor) {
                    graph.mark(hook.text(), tensor.get());
                } else if (arguments.get(0) instanceof Value.Nested nested) {
                    graph.mark(hook.text(), nested.padded());
                }
            }
            return Value.None.NONE;
        }
        Optional<MarkedProgram.Code> code = program.function(name);
        if (code.isPresent()) {
            Map<String, Value> keywords = keywords(frame, call);
            return code.get().isMethod()
                    ? method(frame, code.get(), arguments, keywords)
                    : run(code.get(), frame.path, arguments, keywords);
        }
        String made = name.replaceFirst("\\.__new__$", "");
        Optional<ClassDef> definition = program.classNamed(made);
        if (definition.isPresent()) {
            boolean tuple = definition.get().bases().contains(new Expression.Name("NamedTuple"));
            return tuple
                    ? new Value.Tuple(
                            List.copyOf(arguments),
                            definition.get().attributes().stream()
                                    .map(ClassDef.AttributeDef::name)
                                    .toList())
                    : new Value.Instance(made, "", Optional.empty());
        }
        int dot = name.lastIndexOf('.');
        Optional<MarkedProgram.Code> method =
                program.method(name.substring(0, dot), name.substring(dot + 1));
        return method.isPresent()
                ? run(method.get(), frame.path, arguments, keywords(frame, call))
                : problems.unknown(frame, "the archive has no function " + name);
    }

    private Value method(
            Frame frame,
            Value receiver,
            String name,
            List<Value> arguments,
            Map<String, Value> keywords)
            throws MalformedModelException {
        if (receiver == Value.Unknown.UNKNOWN || receiver == Value.None.NONE) {
            return receiver;
        }
        List<Value> all = new ArrayList<>(List.of(receiver));
        all.addAll(arguments);
        if (receiver instanceof Value.Instance instance) {
            Optional<MarkedProgram.Code> code = program.method(instance.className(), name);
            if (code.isPresent()) {
                return method(frame, code.get(), all, keywords);
            }
            return problems.unknown(
                    frame, "the archive has no code of " + instance.className() + "." + name);
        }
        return operator(frame, "aten::" + name, all, keywords);
    }

    /** Runs a method, or the copy of one, on {@code self}, which comes first. */
    private Value method(
            Frame frame,
            MarkedProgram.Code code,
            List<Value> arguments,
            Map<String, Value> keywords)
            throws MalformedModelException {
        if (arguments.get(0) instanceof Value.Instance self) {
            String path = self.stored().isPresent() ? self.path() : frame.path;
            return run(code, path, arguments, keywords);
        }
        return arguments.get(0);
    }

    /** Runs a function. */
    Value run(
            MarkedProgram.Code code,
            String path,
            List<Value> arguments,
            Map<String, Value> keywords)
            throws MalformedModelException {
        Frame frame = new Frame(path, code.file());
        frame.line = code.function().line();
        if (++depth > MAX_DEPTH) {
            throw problems.stop(frame, "calls that are nested more than " + MAX_DEPTH + " deep");
        }
        try {
            bind(frame, code.function().parameters(), arguments, keywords);
            statements.run(frame, code.function().body());
            work.lookAt(frame.result.orElse(Value.None.NONE));
        } catch (StoppedException e) {
            throw e;
        } catch (BatchDependentException e) {
            throw e.at(frame.path, frame.place());
        } catch (LimitException e) {
            throw problems.exhaust(frame, e);
        } catch (ArithmeticException e) {
            throw problems.stop(frame, "impossible numbers: " + e.getMessage());
        } catch (RuntimeException e) {
            // Behind a problem, values may be missing; the problem is what matters then.
            if (!problems.counts().isEmpty()) {
                throw new StoppedException();
            }
            throw problems.stop(frame, failed(frame, "code that no model that ran can have", e));
        }
        depth--;
        return frame.result.orElse(Value.None.NONE);
    }

    private void bind(
            Frame frame,
            List<FunctionDef.Parameter> parameters,
            List<Value> arguments,
            Map<String, Value> keywords)
            throws MalformedModelException {
        for (int i = 0; i < parameters.size(); i++) {
            FunctionDef.Parameter parameter = parameters.get(i);
            Value value = i < arguments.size() ? arguments.get(i) : keywords.get(parameter.name());
            if (value == null && parameter.defaultValue().isPresent()) {
                value = expressions.evaluate(frame, parameter.defaultValue().get());
            }
            if (value == null) {
                throw problems.stop(frame, "a call without an argument " + parameter.name());
            }
            frame.variables.put(parameter.name(), value);
        }
    }
}
