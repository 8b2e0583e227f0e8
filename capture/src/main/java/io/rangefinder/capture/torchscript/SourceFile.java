package io.rangefinder.capture.torchscript;

import java.util.List;

/**
 * A code file of an archive.
 *
 * @param name its name, for messages
 * @param text its text
 * @param classes its classes in order
 * @param functions the functions outside classes in order
 */
public record SourceFile(
        String name, String text, List<ClassDef> classes, List<FunctionDef> functions) {

    /**
     * Reads a code file.
     *
     * @param name its name, for messages
     * @param text its text
     * @return what it declares
     * @throws TorchScriptSyntaxException if it is not serialized TorchScript
     */
    public static SourceFile parse(String name, String text) throws TorchScriptSyntaxException {
        return new Parser(name, text).file();
    }
}
