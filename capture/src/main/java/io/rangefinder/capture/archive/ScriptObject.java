package io.rangefinder.capture.archive;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An object of the archive's pickle: a module, or an instance of a TorchScript class.
 *
 * <p>Compared by identity: a module registered under two names is one object. Unchangeable once the
 * archive is read.
 */
public final class ScriptObject {

    private final String className;
    private final Map<String, Object> attributes = new LinkedHashMap<>();

    ScriptObject(String className) {
        this.className = className;
    }

    /**
     * The object's class.
     *
     * @return its qualified name, such as {@code __torch__.torch.nn.modules.conv.Conv2d}
     */
    public String className() {
        return className;
    }

    /**
     * The value of an attribute.
     *
     * @param name the attribute
     * @return a {@link ScriptObject}, {@link StoredTensor}, {@link Long}, {@link Double}, {@link
     *     Boolean}, {@link String}, list, map or array of these; or empty if there is none, or it
     *     is None
     */
    public Optional<Object> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    /**
     * All attributes in the order of their declaration; None is null.
     *
     * @return an unmodifiable view
     */
    public Map<String, Object> attributes() {
        return Collections.unmodifiableMap(attributes);
    }

    void set(String name, Object value) {
        attributes.put(name, value);
    }

    @Override
    public String toString() {
        return className;
    }
}
