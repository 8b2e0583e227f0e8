package io.rangefinder.capture.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads {@code data.pkl} and {@code constants.pkl} into plain values. No class of the pickle is
 * looked up: its names only label a {@link ScriptObject}.
 */
final class ScriptUnpickler extends Unpickler {

    /**
     * Reads one pickle.
     *
     * @param file the entry's name, for messages
     * @param pickle its bytes
     * @param folder the folder of the archive that holds its storages
     */
    static Object read(String file, byte[] pickle, String folder) throws InvalidArchiveException {
        new PickleGuard(file, pickle).check();
        try {
            return new ScriptUnpickler(folder).loads(pickle);
        } catch (IOException | PickleException e) {
            throw new InvalidArchiveException(
                    file
                            + " is not a pickle of TorchScript: "
                            + e.getMessage()
                            + "; copy it again, or save the model again",
                    e);
        }
    }

    /** What values are to Python. */
    private static final Map<Class<?>, String> KINDS =
            Map.of(
                    String.class, "a string",
                    Number.class, "a number",
                    Boolean.class, "a boolean",
                    Object[].class, "a tuple",
                    List.class, "a list",
                    Map.class, "a dict",
                    StoredTensor.class, "a tensor");

    private final String folder;

    private ScriptUnpickler(String folder) {
        this.folder = folder;
    }

    @Override
    protected Object dispatch(short opcode) throws PickleException, IOException {
        // Of a stream of bytes this is what is left, exactly.
        int left = input.available();
        try {
            return step(opcode);
        } catch (IndexOutOfBoundsException e) {
            throw new PickleException(
                    String.format(
                            "opcode 0x%02x, %d bytes before the end, takes more than was put there",
                            opcode, left + 1),
                    e);
        }
    }

    private Object step(short opcode) throws IOException {
        switch (opcode) {
            case Opcodes.GLOBAL:
                InputStream in = input;
                stack.add(new Named(PickleUtils.readline(in), PickleUtils.readline(in)));
                break;
            case Opcodes.EMPTY_DICT:
                // The library's own map forgets the order in which attributes were declared.
                stack.add(new Dict());
                break;
            case Opcodes.APPEND:
                append(Collections.singletonList(stack.pop()));
                break;
            case Opcodes.APPENDS:
                append(stack.pop_all_since_marker());
                break;
            case Opcodes.SETITEM:
                Object value = stack.pop();
                set(Arrays.asList(stack.pop(), value));
                break;
            case Opcodes.SETITEMS:
                set(stack.pop_all_since_marker());
                break;
            case Opcodes.REDUCE, Opcodes.NEWOBJ:
                reduce(stack.pop());
                break;
            case Opcodes.BUILD:
                build(stack.pop());
                break;
            default:
                return super.dispatch(opcode);
        }
        return NO_RETURN_VALUE;
    }

    private void append(List<Object> values) {
        if (!(stack.peek() instanceof ArrayList<?>)) {
            throw expected("a list to append to", stack.peek());
        }
        @SuppressWarnings("unchecked")
        List<Object> list = (List<Object>) stack.peek();
        list.addAll(values);
    }

    private void set(List<Object> keysAndValues) {
        if (!(stack.peek() instanceof Dict dict)) {
            throw expected("a dict to put values in", stack.peek());
        }
        if (keysAndValues.size() % 2 == 1) {
            throw new PickleException("a dict's key has no value");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            dict.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    private void reduce(Object arguments) {
        Object callee = stack.pop();
        if (!(callee instanceof Named named)) {
            throw expected("a class to call", callee);
        }
        // PyTorch gives an enum's value without a tuple around it.
        Object[] all = arguments instanceof Object[] tuple ? tuple : new Object[] {arguments};
        stack.add(named.construct(all));
    }

    private void build(Object state) {
        if (!(stack.peek() instanceof ScriptObject object)) {
            throw expected("an object to give attributes to", stack.peek());
        }
        if (state instanceof Map<?, ?> attributes) {
            attributes.forEach((name, value) -> object.set(attribute(name), value));
        } else {
            // A class with its own __getstate__ may give anything.
            object.set("__state__", state);
        }
    }

    private static PickleException expected(String what, Object found) {
        return new PickleException("expected " + what + " but found " + described(found));
    }

    /** A value's kind in the words of Python. */
    private static String described(Object value) {
        if (value == null) {
            return "None";
        }
        if (value instanceof ScriptObject object) {
            return "an object of " + shortened(object.className());
        }
        if (value instanceof Named named) {
            return "the class " + shortened(named.module + "." + named.name);
        }
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getKey().isInstance(value))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse("a mark");
    }

    private static String shortened(String name) {
        return name.length() <= 80 ? name : name.substring(0, 80) + "…";
    }

    private static String attribute(Object name) {
        if (name instanceof String text) {
            return text;
        }
        throw expected("a string, an attribute's name,", name);
    }

    /** A dict whose keys have a hash, as in Python: that of a list may take forever. */
    private static final class Dict extends LinkedHashMap<Object, Object> {

        private static final long serialVersionUID = 1L;

        @Override
        public Object put(Object key, Object value) {
            if (key instanceof Collection || key instanceof Map) {
                throw new PickleException("a list or a dict is the key of a dict");
            }
            return super.put(key, value);
        }
    }

    @Override
    protected Object persistentLoad(Object id) {
        // ("storage", class, key, device, number of elements)
        if (id instanceof Object[] parts
                && parts.length >= 5
                && parts[1] instanceof Named storage
                && parts[2] instanceof String key
                && parts[4] instanceof Number elements) {
            return new StoredTensor(
                    storage.name,
                    folder + "/" + key,
                    elements.longValue(),
                    0,
                    List.of(),
                    List.of());
        }
        throw expected("a persistent id, which names a storage,", id);
    }

    /** What a class of the pickle becomes. */
    private static final class Named {

        private final String module;
        private final String name;

        Named(String module, String name) {
            this.module = module;
            this.name = name;
        }

        Object construct(Object[] arguments) {
            if (module.startsWith("__torch__")) {
                ScriptObject object = new ScriptObject(module + "." + name);
                if (arguments.length > 0) {
                    object.set("__arguments__", Arrays.asList(arguments));
                }
                return object;
            }
            if (name.equals("OrderedDict")) {
                return new Dict();
            }
            if (name.startsWith("_rebuild_tensor")) {
                return tensor(arguments);
            }
            if (name.startsWith("build_") || name.equals("restore_type_tag")) {
                if (arguments.length == 0) {
                    throw new PickleException(name + " is called without a value");
                }
                return arguments[0];
            }
            // Quantized tensors, devices, generators: nobody asks for their value.
            return new ScriptObject(module + "." + name);
        }

        private static StoredTensor tensor(Object[] arguments) {
            if (arguments.length < 4) {
                throw new PickleException(
                        "a tensor needs a storage, an offset, a shape and strides, but has "
                                + arguments.length
                                + " of them");
            }
            if (!(arguments[0] instanceof StoredTensor storage)) {
                throw expected("a tensor's storage", arguments[0]);
            }
            if (!(arguments[1] instanceof Number offset)) {
                throw expected("a number, a tensor's offset,", arguments[1]);
            }
            return new StoredTensor(
                    storage.storageType(),
                    storage.key(),
                    storage.elements(),
                    offset.longValue(),
                    longs(arguments[2]),
                    longs(arguments[3]));
        }

        private static List<Long> longs(Object tuple) {
            if (!(tuple instanceof Object[] values)) {
                throw expected("a tuple, a tensor's shape or strides,", tuple);
            }
            List<Long> longs = new ArrayList<>(values.length);
            for (Object value : values) {
                if (!(value instanceof Number number)) {
                    throw expected("a number, an axis of a tensor,", value);
                }
                longs.add(number.longValue());
            }
            return List.copyOf(longs);
        }
    }
}
