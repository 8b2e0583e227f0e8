package io.rangefinder.capture.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
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
        } catch (IOException | RuntimeException | StackOverflowError e) {
            // A pickle that pops more than it pushes, or calls what is no class, ends here.
            throw new InvalidArchiveException(
                    file + " is not a pickle of TorchScript: " + e.getMessage(), e);
        }
    }

    private final String folder;

    private ScriptUnpickler(String folder) {
        this.folder = folder;
    }

    @Override
    protected Object dispatch(short opcode) throws PickleException, IOException {
        switch (opcode) {
            case Opcodes.GLOBAL:
                InputStream in = input;
                stack.add(constructor(PickleUtils.readline(in), PickleUtils.readline(in)));
                return NO_RETURN_VALUE;
            case Opcodes.EMPTY_DICT:
                // The library's own map forgets the order in which attributes were declared.
                stack.add(new Dict());
                return NO_RETURN_VALUE;
            case Opcodes.REDUCE:
                reduce(stack.pop());
                return NO_RETURN_VALUE;
            case Opcodes.BUILD:
                build(stack.pop());
                return NO_RETURN_VALUE;
            default:
                return super.dispatch(opcode);
        }
    }

    private void reduce(Object arguments) {
        if (!(stack.pop() instanceof IObjectConstructor callee)) {
            throw new PickleException("what is called is no class");
        }
        // PyTorch gives an enum's value without a tuple around it.
        Object[] all = arguments instanceof Object[] tuple ? tuple : new Object[] {arguments};
        stack.add(callee.construct(all));
    }

    private void build(Object state) {
        if (!(stack.peek() instanceof ScriptObject object)) {
            throw new PickleException("state is given to what is no object");
        }
        if (state instanceof Map<?, ?> attributes) {
            attributes.forEach((name, value) -> object.set(attribute(name), value));
        } else {
            // A class with its own __getstate__ may give anything.
            object.set("__state__", state);
        }
    }

    private static String attribute(Object name) {
        if (name instanceof String text) {
            return text;
        }
        throw new PickleException("an attribute's name is no string");
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
        throw new PickleException("a persistent id is not that of a storage");
    }

    private static IObjectConstructor constructor(String module, String name) {
        return new Named(module, name);
    }

    /** What a class of the pickle becomes. */
    private static final class Named implements IObjectConstructor {

        private final String module;
        private final String name;

        Named(String module, String name) {
            this.module = module;
            this.name = name;
        }

        @Override
        public Object construct(Object[] arguments) {
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
                return arguments[0];
            }
            // Quantized tensors, devices, generators: nobody asks for their value.
            return new ScriptObject(module + "." + name);
        }

        private static StoredTensor tensor(Object[] arguments) {
            if (arguments.length < 4
                    || !(arguments[0] instanceof StoredTensor storage)
                    || !(arguments[1] instanceof Number offset)) {
                throw new PickleException("a tensor has no storage");
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
                throw new PickleException("a tensor's shape is no tuple");
            }
            return Arrays.stream(values).map(v -> ((Number) v).longValue()).toList();
        }
    }
}
