package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.SourceFile;
import io.rangefinder.capture.torchscript.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names of attributes that some code of the program sets; the others are constants. */
final class AssignedAttributes {

    private final Set<String> names = new HashSet<>();

    AssignedAttributes(TorchScriptProgram program) {
        for (SourceFile file : program.files().values()) {
            file.functions().forEach(this::add);
            for (ClassDef c : file.classes()) {
                c.methods().forEach(this::add);
            }
        }
    }

    private void add(FunctionDef function) {
        add(function.body());
    }

    private void add(List<Statement> statements) {
        for (Statement statement : statements) {
            if (statement instanceof Statement.Assign assign) {
                assign.targets().forEach(this::add);
            } else if (statement instanceof Statement.AugAssign assign) {
                add(assign.target());
            } else if (statement instanceof Statement.If branch) {
                add(branch.then());
                add(branch.otherwise());
            } else if (statement instanceof Statement.While loop) {
                add(loop.body());
            } else if (statement instanceof Statement.For loop) {
                add(loop.body());
            } else if (statement instanceof Statement.With with) {
                add(with.body());
            } else if (statement instanceof Statement.Nested nested) {
                add(nested.function());
            }
        }
    }

    private void add(Expression target) {
        if (target instanceof Expression.Attribute attribute) {
            names.add(attribute.name());
        }
    }

    boolean contains(String name) {
        return names.contains(name);
    }
}
