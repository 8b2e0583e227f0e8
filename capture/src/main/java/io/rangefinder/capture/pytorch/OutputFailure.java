package io.rangefinder.capture.pytorch;

import ai.djl.engine.EngineException;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says which output of a model DJL can't give: it gives tensors, and lists and dicts of them. */
final class OutputFailure {

    private OutputFailure() {}

    /** Whether DJL met a dict whose keys are no texts. */
    static boolean isOfKeys(EngineException failure) {
        return String.valueOf(failure.getMessage()).startsWith("isString() INTERNAL ASSERT FAILED");
    }

    static UnsupportedOperationException explain(
            Path file, TorchScriptProgram program, String method, RuntimeException failure) {
        List<String> others = new ArrayList<>();
        program.classNamed(program.root().className())
                .flatMap(c -> c.definition().method(method))
                .flatMap(m -> m.returns())
                .ifPresent(returns -> find(program, returns, "", others));
        return new UnsupportedOperationException(
                method
                        + " of "
                        + file
                        + " gives "
                        + (others.isEmpty()
                                ? "an output that is no tensor"
                                : String.join(", ", others))
                        + ", but DJL takes tensors only, lists and tuples of them, and dicts of"
                        + " them by texts; wrap the model in a module whose forward returns only"
                        + " its tensors, script or trace that, and save it",
                failure);
    }

    /** Adds each part of a result that is no tensor, or may be none. */
    private static void find(
            TorchScriptProgram program, Expression annotation, String path, List<String> others) {
        Type type = TypeReader.read(annotation);
        Optional<ClassDef> named =
                type instanceof Type.ClassType classOf
                        ? program.classNamed(classOf.qualifiedName())
                                .map(TorchScriptProgram.Definition::definition)
                        : Optional.empty();
        if (named.isPresent()) {
            for (ClassDef.AttributeDef field : named.get().attributes()) {
                field.type()
                        .ifPresent(t -> find(program, t, joined(path, "." + field.name()), others));
            }
        } else if (type instanceof Type.TupleType
                && annotation instanceof Expression.Subscript tuple) {
            for (int i = 0; i < tuple.indices().size(); i++) {
                find(program, tuple.indices().get(i), path + "[" + i + "]", others);
            }
        } else if (type instanceof Type.DictType dict) {
            if (dict.key() != Type.Basic.STRING) {
                others.add(output(path) + ", a dict whose keys are no texts");
            }
            if (dict.value() instanceof Type.OptionalType) {
                others.add(output(path) + ", a dict with values that may be None");
            } else if (dict.value() != Type.Basic.TENSOR) {
                others.add(output(path) + ", a dict whose values are no tensors");
            }
        } else if (type instanceof Type.OptionalType) {
            others.add(output(path) + ", which may be None");
        } else if (type instanceof Type.Basic && type != Type.Basic.TENSOR) {
            others.add(output(path) + ", which is no tensor");
        }
    }

    private static String joined(String path, String field) {
        return path.isEmpty() ? field.substring(1) : path + field;
    }

    private static String output(String path) {
        return path.isEmpty() ? "its output" : "the output " + path;
    }
}
