package io.rangefinder.capture.archive;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The path of each module. One that is registered under several names goes by the first, as in
 * PyTorch's {@code named_modules()}. Immutable.
 */
public final class ModulePaths {

    private final Map<ScriptObject, String> paths = new IdentityHashMap<>();

    /**
     * Finds the paths of a model's modules.
     *
     * @param root the model
     */
    public ModulePaths(ScriptObject root) {
        add(root, "");
    }

    private void add(ScriptObject module, String path) {
        if (paths.putIfAbsent(module, path) != null) {
            return;
        }
        module.attributes()
                .forEach(
                        (name, value) -> {
                            if (value instanceof ScriptObject child) {
                                add(child, path.isEmpty() ? name : path + "." + name);
                            }
                        });
    }

    /**
     * The path of a module.
     *
     * @param module a module of the model
     * @return its path, empty for the model itself and for what is no module of it
     */
    public String of(ScriptObject module) {
        return paths.getOrDefault(module, "");
    }
}
