package io.rangefinder.examples.cli;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.types.Type;
import io.rangefinder.capture.types.TypeReader;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.examples.npz.NpzArray;
import io.rangefinder.examples.npz.NpzFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model takes, to put the arrays of an {@code .npz} in the order of its inputs.
 *
 * @param model the model's file
 * @param inputs its inputs, in order
 * @param batch the only length of the first axis that it takes, if it tells
 */
public record ModelInputs(Path model, List<Input> inputs, Optional<Integer> batch) {

    /** How an input is made of arrays. */
    private enum Kind {
        TENSOR,
        DICT,
        TUPLE,
        LIST,
        /** A number or a text, which DJL can't pass. */
        OTHER
    }

    /**
     * An input.
     *
     * @param name its name
     * @param kind how it is made of arrays
     * @param required whether it must be given
     */
    private record Input(String name, Kind kind, String type, boolean required) {

        boolean takes(String array) {
            return array.equals(name)
                    || kind != Kind.TENSOR && kind != Kind.OTHER && array.startsWith(name + ".");
        }

        String described() {
            return switch (kind) {
                case DICT -> name + ".KEY for each key";
                case TUPLE, LIST -> name + ".0, " + name + ".1, …";
                default -> name;
            };
        }

        /** The name by which DJL's PyTorch engine knows what an array is part of. */
        String forDjl(String array) {
            return switch (kind) {
                case DICT -> array;
                case TUPLE -> name + "()";
                case LIST -> name + "[]";
                default -> "";
            };
        }
    }

    /**
     * Reads what a model takes.
     *
     * @param model a {@code .pt} or {@code .onnx} file
     * @return its inputs
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is neither
     */
    public static ModelInputs of(Path model) throws IOException, MalformedModelException {
        if (model.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            List<ValueInfoProto> inputs = OnnxModel.read(model).inputs();
            Optional<Integer> batch =
                    inputs.stream()
                            .map(i -> i.getType().getTensorType().getShape())
                            .filter(s -> s.getDimCount() > 0)
                            .findFirst()
                            .map(s -> s.getDim(0).getDimValue())
                            .filter(b -> b > 0 && b <= Integer.MAX_VALUE)
                            .map(Long::intValue);
            return new ModelInputs(
                    model,
                    inputs.stream()
                            .map(i -> new Input(i.getName(), Kind.TENSOR, "", true))
                            .toList(),
                    batch);
        }
        try (TorchScriptArchive archive = TorchScriptArchive.open(model)) {
            TorchScriptProgram program = archive.program();
            List<FunctionDef.Parameter> parameters =
                    program.classNamed(program.root().className())
                            .flatMap(type -> type.definition().method("forward"))
                            .map(FunctionDef::parameters)
                            .orElseThrow(
                                    () ->
                                            new MalformedModelException(
                                                    model
                                                            + " has no method forward; save a"
                                                            + " module that has one"));
            // The first is self.
            return new ModelInputs(
                    model,
                    parameters.stream().skip(1).map(ModelInputs::input).toList(),
                    Optional.empty());
        }
    }

    private static Input input(FunctionDef.Parameter parameter) {
        Type type = TypeReader.read(parameter.type());
        if (type instanceof Type.OptionalOf optional) {
            type = optional.value();
        }
        Kind kind = Kind.TENSOR;
        if (type instanceof Type.DictOf) {
            kind = Kind.DICT;
        } else if (type instanceof Type.TupleOf) {
            kind = Kind.TUPLE;
        } else if (type instanceof Type.ListOf) {
            kind = Kind.LIST;
        } else if (type == Type.Basic.INT
                || type == Type.Basic.FLOAT
                || type == Type.Basic.BOOL
                || type == Type.Basic.STRING) {
            kind = Kind.OTHER;
        }
        return new Input(
                parameter.name(),
                kind,
                type.toString().toLowerCase(Locale.ROOT),
                parameter.defaultValue().isEmpty());
    }

    /**
     * Puts arrays in the order of the model's inputs, by their names where these are names of
     * inputs, or else as they are.
     *
     * @param npz arrays
     * @return the same file in that order, with the names that DJL needs
     * @throws WorkFailedException if there are too few or too many, or some have names of inputs
     *     and others have not
     */
    public NpzFile arrange(NpzFile npz) throws WorkFailedException {
        requireTensors();
        List<String> arrays = npz.arrays().stream().map(NpzArray::name).toList();
        boolean nested = inputs.stream().anyMatch(i -> i.kind() != Kind.TENSOR && i.required());
        long known = arrays.stream().filter(a -> inputs.stream().anyMatch(i -> i.takes(a))).count();
        if (known == 0 && !nested) {
            long required = inputs.stream().filter(Input::required).count();
            if (arrays.size() < required || arrays.size() > inputs.size()) {
                throw mismatch(npz, "save an array for each, in that order");
            }
            return npz;
        }
        List<Integer> order = new ArrayList<>();
        List<String> names = new ArrayList<>();
        boolean ended = false;
        for (Input input : inputs) {
            List<Integer> own = parts(input, arrays);
            if (own.isEmpty() && input.required() || ended && !own.isEmpty()) {
                throw mismatch(npz, "save an array for each, named so");
            }
            ended |= own.isEmpty();
            for (int i : own) {
                order.add(i);
                names.add(input.forDjl(arrays.get(i)));
            }
        }
        if (order.size() != arrays.size() || new HashSet<>(arrays).size() != arrays.size()) {
            throw mismatch(npz, "save an array for each, named so, or all under other names");
        }
        return npz.inOrder(order, names);
    }

    private void requireTensors() throws WorkFailedException {
        for (Input input : inputs) {
            if (input.kind() == Kind.OTHER && input.required()) {
                throw new WorkFailedException(
                        "forward of "
                                + model
                                + " takes "
                                + input.name()
                                + ", which is of type "
                                + input.type()
                                + ", but DJL passes tensors only; wrap the model in a module whose"
                                + " forward takes tensors and calls it with a fixed "
                                + input.name()
                                + ", script that, and save it");
            }
        }
    }

    /** The arrays that an input is made of: elements of a tuple or list by their numbers. */
    private static List<Integer> parts(Input input, List<String> arrays) {
        List<Integer> own = new ArrayList<>();
        boolean numbered = input.kind() == Kind.TUPLE || input.kind() == Kind.LIST;
        for (int n = 0; numbered && arrays.contains(input.name() + "." + n); n++) {
            own.add(arrays.indexOf(input.name() + "." + n));
        }
        for (int i = 0; i < arrays.size() && !numbered; i++) {
            String array = arrays.get(i);
            boolean whole = input.kind() == Kind.TENSOR || input.kind() == Kind.OTHER;
            if (input.takes(array) && (whole || !array.equals(input.name()))) {
                own.add(i);
            }
        }
        return own;
    }

    private WorkFailedException mismatch(NpzFile npz, String remedy) {
        List<String> arrays = npz.arrays().stream().map(NpzArray::name).toList();
        long required = inputs.stream().filter(Input::required).count();
        return new WorkFailedException(
                npz.path()
                        + " holds "
                        + count(arrays.size(), "array")
                        + (arrays.isEmpty() ? "" : " (" + listed(arrays) + ")")
                        + ", but "
                        + ofForward()
                        + model
                        + " takes "
                        + count(inputs.size(), "input")
                        + (inputs.isEmpty()
                                ? ""
                                : " ("
                                        + listed(inputs.stream().map(Input::described).toList())
                                        + ")")
                        + (required < inputs.size()
                                ? ", of which " + required + " must be given"
                                : "")
                        + "; "
                        + remedy);
    }

    private String ofForward() {
        return model.toString().toLowerCase(Locale.ROOT).endsWith(".onnx") ? "" : "forward of ";
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private static String listed(List<String> words) {
        return words.stream().limit(12).collect(Collectors.joining(", "))
                + (words.size() > 12 ? ", …" : "");
    }
}
