package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.Printer;
import io.rangefinder.capture.torchscript.SourceFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The functions and methods that were made so far, and the files that they go into. */
final class Generated {

    /** A program whose calls fan out further than this is no model. */
    private static final int MAX_COPIES = 200_000;

    /** Nor is one whose copies together are longer than this. */
    private static final int MAX_STATEMENTS = 1_000_000;

    /**
     * A file of copies is full at this length. PyTorch copies a file's text at each branch that it
     * compiles, lest it must tell of an error there: long files take it minutes.
     */
    private static final int FULL_FILE = 8_000;

    /** The code file of the observers. */
    final String file;

    /** What all names of ours begin with; nothing in the program does. */
    final String prefix;

    private final TorchScriptProgram program;
    private final Observers observers;
    private final Map<String, Copy> functions = new LinkedHashMap<>();
    private final Map<String, StringBuilder> copyFiles = new LinkedHashMap<>();
    private String copyFile = "";
    private final Map<String, Map<String, FunctionDef>> methods = new TreeMap<>();
    private int copies;
    private int statements;
    private int names;

    /**
     * A function that was made.
     *
     * @param function the function
     * @param origin the name of the file that its original stands in
     * @param ofMethod whether its original is a method, so that it takes {@code self} first
     */
    record Copy(FunctionDef function, String origin, boolean ofMethod) {}

    Generated(TorchScriptProgram program, Observers observers) {
        this.program = program;
        this.observers = observers;
        String fresh = "rangefinder_";
        while (isUsed(program, fresh)) {
            fresh = "x" + fresh;
        }
        prefix = fresh;
        file = "__torch__." + fresh + "hooks";
    }

    private static boolean isUsed(TorchScriptProgram program, String name) {
        return program.files().keySet().stream().anyMatch(file -> file.contains(name))
                || program.files().values().stream().anyMatch(s -> s.text().contains(name));
    }

    String newName() {
        return prefix + names++;
    }

    /** Counts a copy before it is made, so that a hostile program ends here. */
    void countCopy() throws InvalidArchiveException {
        if (++copies > MAX_COPIES) {
            throw new InvalidArchiveException(
                    "the model's code calls its methods in more than "
                            + MAX_COPIES
                            + " ways; no model does, do not trust this file");
        }
    }

    /** Counts a statement before it is copied. */
    void countStatement() throws InvalidArchiveException {
        if (++statements > MAX_STATEMENTS) {
            throw new InvalidArchiveException(
                    "the model's code runs more than "
                            + MAX_STATEMENTS
                            + " statements without a loop; no model does, do not trust this file");
        }
    }

    /** Adds a function to the file of the observers. */
    void addFunction(FunctionDef function, String origin) {
        functions.put(file + "." + function.name(), new Copy(function, origin, false));
    }

    /**
     * A copy goes into a file of ours: the qualifier of its own may be a class's name too, which
     * hides what is added.
     *
     * @return the copy's qualified name
     */
    String addCopy(FunctionDef function, String origin, boolean ofMethod) {
        if (copyFiles.isEmpty() || copyFiles.get(copyFile).length() > FULL_FILE) {
            copyFile = "__torch__." + prefix + "copies_" + copyFiles.size();
            copyFiles.put(copyFile, new StringBuilder());
        }
        new Printer(copyFiles.get(copyFile)).function(function, "");
        String name = copyFile + "." + function.name();
        functions.put(name, new Copy(function, origin, ofMethod));
        return name;
    }

    void addMethod(TorchScriptProgram.Definition<ClassDef> owner, FunctionDef method) {
        methods.computeIfAbsent(owner.qualifiedName(), c -> new LinkedHashMap<>())
                .put(method.name(), method);
    }

    /** A function that was made, if it was. */
    Optional<Copy> function(String qualifiedName) {
        return Optional.ofNullable(functions.get(qualifiedName));
    }

    /** A method that was made, if it was. */
    Optional<FunctionDef> method(String className, String name) {
        return Optional.ofNullable(methods.getOrDefault(className, Map.of()).get(name));
    }

    /** The files that changed, and those that are new. */
    Map<String, String> code() {
        Map<String, String> code = new LinkedHashMap<>();
        program.files()
                .forEach(
                        (qualifier, source) -> {
                            String text = withMethods(qualifier, source);
                            if (!text.equals(source.text())) {
                                code.put(qualifier, text);
                            }
                        });
        StringBuilder text = new StringBuilder();
        text.append(new ObserverCode(observers).source(file));
        functions.forEach(
                (name, f) -> {
                    if (name.startsWith(file + ".")) {
                        new Printer(text).function(f.function(), "");
                    }
                });
        code.put(file, text.toString());
        copyFiles.forEach((name, copied) -> code.put(name, copied.toString()));
        return code;
    }

    private String withMethods(String qualifier, SourceFile source) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (ClassDef c : source.classes()) {
            Map<String, FunctionDef> added = methods.get(qualifier + "." + c.name());
            if (added != null) {
                text.append(endedLine(source.text().substring(from, c.end())));
                added.values().forEach(m -> new Printer(text).function(m, c.indent()));
                from = c.end();
            }
        }
        return text.append(source.text().substring(from)).toString();
    }

    private static String endedLine(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
}
