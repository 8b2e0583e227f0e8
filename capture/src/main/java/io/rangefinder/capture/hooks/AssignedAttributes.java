package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.torchscript.ClassDef;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.SourceFile;
import io.rangefinder.capture.torchscript.Statement;
import io.rangefinder.capture.torchscript.StatementScanner;
import java.util.HashSet;
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
        new Assignments().scan(function.body(), names);
    }

    boolean contains(String name) {
        return names.contains(name);
    }

    /** Gathers the attributes that statements set. */
    private static final class Assignments extends StatementScanner<Set<String>> {

        @Override
        public Set<String> visitAssign(Statement.Assign assign, Set<String> names) {
            assign.targets().forEach(target -> add(target, names));
            return names;
        }

        @Override
        public Set<String> visitAugAssign(Statement.AugAssign assign, Set<String> names) {
            add(assign.target(), names);
            return names;
        }

        private static void add(Expression target, Set<String> names) {
            if (target instanceof Expression.Attribute attribute) {
                names.add(attribute.name());
            }
        }
    }
}
