package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.FunctionDef;
import java.util.Optional;

/**
 * A program with marks: calls of the function {@link #mark} with a tensor, a dict and the name of
 * the hook point that the tensor is. As these are the names that ranges are captured under, whoever
 * executes this code knows each tensor by its hook point. Immutable.
 *
 * <p>Statements have the lines of their originals.
 */
public final class MarkedProgram {

    private final HookedProgram hooked;
    private final Generated generated;
    private final TorchScriptProgram program;

    MarkedProgram(HookedProgram hooked, Generated generated, TorchScriptProgram program) {
        this.hooked = hooked;
        this.generated = generated;
        this.program = program;
    }

    /**
     * Code and where it stands.
     *
     * @param function the function or the method
     * @param file the name of the file that it, or what it was copied from, stands in
     * @param isMethod whether it is a method or the copy of one, so that it takes {@code self}
     *     first
     */
    public record Code(FunctionDef function, String file, boolean isMethod) {}

    /**
     * The copy of a method of the model itself. It returns a tuple whose first element is what the
     * original returns.
     *
     * @param name the original's name, such as {@code forward}
     * @return the copy, if the model has this method
     */
    public Optional<Code> entry(String name) {
        return Optional.ofNullable(hooked.methods().get(name))
                .flatMap(m -> method(program.root().className(), m.name()));
    }

    /**
     * Looks a method up, copies included.
     *
     * @param className the class's qualified name
     * @param name the method
     * @return the method, if the class has it
     */
    public Optional<Code> method(String className, String name) {
        return program.classNamed(className)
                .flatMap(
                        owner ->
                                generated
                                        .method(className, name)
                                        .or(() -> owner.definition().method(name))
                                        .map(m -> new Code(m, owner.source().name(), true)));
    }

    /**
     * Looks a function outside classes up, copies included.
     *
     * @param qualifiedName its qualified name
     * @return the function, if there is one
     */
    public Optional<Code> function(String qualifiedName) {
        return generated
                .function(qualifiedName)
                .map(f -> new Code(f.function(), f.origin(), f.ofMethod()))
                .or(
                        () ->
                                program.functionNamed(qualifiedName)
                                        .map(
                                                f ->
                                                        new Code(
                                                                f.definition(),
                                                                f.source().name(),
                                                                false)));
    }

    /**
     * Looks a class up.
     *
     * @param qualifiedName its qualified name
     * @return its definition, if there is one
     */
    public Optional<ClassDef> classNamed(String qualifiedName) {
        return program.classNamed(qualifiedName).map(TorchScriptProgram.Definition::definition);
    }

    /**
     * The program that was marked.
     *
     * @return the program as the archive holds it
     */
    public TorchScriptProgram program() {
        return program;
    }

    /**
     * The function that marks a tensor: {@code mark(x: Tensor, results: Dict[str, Tensor], name:
     * str)}. The archive does not hold it.
     *
     * @return its qualified name
     */
    public String mark() {
        return generated.file + ".keep";
    }

    /**
     * Whether a function makes or is part of what statistics are gathered in, which the marks don't
     * need.
     *
     * @param qualifiedName a function's qualified name
     * @return true if it may be left out
     */
    public boolean isObserver(String qualifiedName) {
        return qualifiedName.startsWith(generated.file + ".new_");
    }
}
