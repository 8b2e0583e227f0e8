package io.rangefinder.examples.cli;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.ArgumentKind;
import io.rangefinder.capture.source.ModelInput;
import io.rangefinder.capture.source.ModelSources;
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
 * @param method the method that takes them
 * @param batch the only length of the first axis that it takes, if it tells
 */
public record ModelInputs(
        Path model, String method, List<ModelInput> inputs, Optional<Integer> batch) {

    private static boolean takes(ModelInput input, String array) {
        return array.equals(input.name())
                || input.kind().isNested() && array.startsWith(input.name() + ".");
    }

    /** The name by which DJL's PyTorch engine knows what an array is part of. */
    private static String forDjl(ModelInput input, String array) {
        return switch (input.kind()) {
            case DICT -> array;
            case TUPLE -> input.name() + "()";
            case LIST -> input.name() + "[]";
            default -> "";
        };
    }

    /**
     * Reads what a model takes.
     *
     * @param model a source's file, or an {@code .onnx}
     * @param call how a source is called; an argument that has a value is no input
     * @return its inputs
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is no such model
     */
    public static ModelInputs of(Path model, ModelCall call)
            throws IOException, MalformedModelException {
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
                    call.method(),
                    inputs.stream().map(i -> ModelInput.tensor(i.getName())).toList(),
                    batch);
        }
        return new ModelInputs(
                model, call.method(), ModelSources.open(model).inputs(call), Optional.empty());
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
        boolean nested =
                inputs.stream().anyMatch(i -> i.kind() != ArgumentKind.TENSOR && i.required());
        long known =
                arrays.stream().filter(a -> inputs.stream().anyMatch(i -> takes(i, a))).count();
        if (known == 0 && !nested) {
            long required = inputs.stream().filter(ModelInput::required).count();
            if (arrays.size() < required || arrays.size() > inputs.size()) {
                throw mismatch(npz, "save an array for each, in that order");
            }
            return npz;
        }
        List<Integer> order = new ArrayList<>();
        List<String> names = new ArrayList<>();
        boolean ended = false;
        for (ModelInput input : inputs) {
            List<Integer> own = parts(input, arrays);
            if (own.isEmpty() && input.required() || ended && !own.isEmpty()) {
                throw mismatch(npz, "save an array for each, named so");
            }
            ended |= own.isEmpty();
            for (int i : own) {
                order.add(i);
                names.add(forDjl(input, arrays.get(i)));
            }
        }
        if (order.size() != arrays.size() || new HashSet<>(arrays).size() != arrays.size()) {
            throw mismatch(npz, "save an array for each, named so, or all under other names");
        }
        return npz.inOrder(order, names);
    }

    private void requireTensors() throws WorkFailedException {
        for (ModelInput input : inputs) {
            if (input.obstacle().isPresent() && input.required()) {
                throw new WorkFailedException(method + " of " + model + input.obstacle().get());
            }
        }
    }

    /** The arrays that an input is made of: elements of a tuple or list by their numbers. */
    private static List<Integer> parts(ModelInput input, List<String> arrays) {
        List<Integer> own = new ArrayList<>();
        boolean numbered = input.kind() == ArgumentKind.TUPLE || input.kind() == ArgumentKind.LIST;
        for (int n = 0; numbered && arrays.contains(input.name() + "." + n); n++) {
            own.add(arrays.indexOf(input.name() + "." + n));
        }
        for (int i = 0; i < arrays.size() && !numbered; i++) {
            String array = arrays.get(i);
            boolean whole = !input.kind().isNested();
            if (takes(input, array) && (whole || !array.equals(input.name()))) {
                own.add(i);
            }
        }
        return own;
    }

    private WorkFailedException mismatch(NpzFile npz, String remedy) {
        List<String> arrays = npz.arrays().stream().map(NpzArray::name).toList();
        long required = inputs.stream().filter(ModelInput::required).count();
        return new WorkFailedException(
                npz.path()
                        + " holds "
                        + count(arrays.size(), "array")
                        + (arrays.isEmpty() ? "" : " (" + listed(arrays) + ")")
                        + ", but "
                        + ofMethod()
                        + model
                        + " takes "
                        + count(inputs.size(), "input")
                        + (inputs.isEmpty()
                                ? ""
                                : " ("
                                        + listed(
                                                inputs.stream()
                                                        .map(i -> i.kind().arrays(i.name()))
                                                        .toList())
                                        + ")")
                        + (required < inputs.size()
                                ? ", of which " + required + " must be given"
                                : "")
                        + "; "
                        + remedy);
    }

    private String ofMethod() {
        boolean onnx = model.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
        return onnx ? "" : method + " of ";
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private static String listed(List<String> words) {
        return words.stream().limit(12).collect(Collectors.joining(", "))
                + (words.size() > 12 ? ", …" : "");
    }
}
