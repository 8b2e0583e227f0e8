package io.rangefinder.capture.archive;

import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.SourceFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The code of an archive and the tree of its modules. Immutable.
 *
 * <p>Classes and functions go by qualified names: the class {@code Block} of {@code
 * code/__torch__/models.py} is {@code __torch__.models.Block}.
 */
public final class TorchScriptProgram {

    private final ScriptObject root;
    private final List<Object> constants;
    private final Map<String, SourceFile> files;
    private final Map<String, Definition<ClassDef>> classes = new LinkedHashMap<>();
    private final Map<String, Definition<FunctionDef>> functions = new LinkedHashMap<>();

    /**
     * A class or a function and the file that it stands in.
     *
     * @param <T> which of the two
     * @param qualifiedName its qualified name
     * @param file the file's qualifier, such as {@code __torch__.models}
     * @param source the file
     * @param definition its definition
     */
    public record Definition<T>(
            String qualifiedName, String file, SourceFile source, T definition) {}

    TorchScriptProgram(ScriptObject root, List<Object> constants, Map<String, SourceFile> files) {
        this.root = root;
        this.constants = constants;
        this.files = Map.copyOf(files);
        files.forEach(
                (qualifier, source) -> {
                    for (ClassDef c : source.classes()) {
                        String name = qualifier + "." + c.name();
                        classes.put(name, new Definition<>(name, qualifier, source, c));
                    }
                    for (FunctionDef f : source.functions()) {
                        String name = qualifier + "." + f.name();
                        functions.put(name, new Definition<>(name, qualifier, source, f));
                    }
                });
    }

    /**
     * The model itself.
     *
     * @return the outermost module
     */
    public ScriptObject root() {
        return root;
    }

    /**
     * What the code calls {@code CONSTANTS.c0}, {@code CONSTANTS.c1} and so on.
     *
     * @return the values in order, as {@link ScriptObject#attribute} gives them; None is null
     */
    public List<Object> constants() {
        return constants;
    }

    /**
     * All code files.
     *
     * @return the files by qualifier, such as {@code __torch__.models}
     */
    public Map<String, SourceFile> files() {
        return files;
    }

    /**
     * Looks a class up.
     *
     * @param qualifiedName its qualified name
     * @return its definition, if the archive holds it
     */
    public Optional<Definition<ClassDef>> classNamed(String qualifiedName) {
        return Optional.ofNullable(classes.get(qualifiedName));
    }

    /**
     * Looks a function outside classes up.
     *
     * @param qualifiedName its qualified name
     * @return its definition, if the archive holds it
     */
    public Optional<Definition<FunctionDef>> functionNamed(String qualifiedName) {
        return Optional.ofNullable(functions.get(qualifiedName));
    }
}
