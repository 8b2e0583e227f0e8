package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.ScriptObject;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The path of each module. One that is registered under several names goes by the first, as in
 * PyTorch's {@code named_modules()}.
 */
final class ModulePaths {

    private final Map<ScriptObject, String> paths = new IdentityHashMap<>();

    ModulePaths(ScriptObject root) {
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

    String of(ScriptObject module) {
        return paths.get(module);
    }
}
