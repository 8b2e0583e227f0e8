package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.ModulePaths;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.capture.types.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the parts of one injection share. The second half is of the method that is copied now. */
final class Injection {

    /** Attention only asks whether somebody casts. */
    private static final Pattern CASTS = Pattern.compile("(?<!is_)autocast(?! is enabled)");

    final TorchScriptProgram program;
    final SchemaTable schemas;
    final PointFilter filter;
    final PointFilter taps;
    final Observers observers;
    final RowLayout layout;
    final Generated generated;
    final FusedOperators fused;

    /** Whether the copies are executed otherwise than by PyTorch. */
    final boolean marks;

    final ModulePaths paths;
    final AssignedAttributes assigned;
    final Set<String> unobserved = new LinkedHashSet<>();

    /** The argument that carries the table's rows, and the one that carries the dict. */
    final String rowsArgument;

    final String resultsArgument;

    /** The class of the argument that carries the rows. */
    final String observerClass;

    /** Whether the program may cast by itself, which PyTorch sees to while it optimizes a graph. */
    final boolean casts;

    CallCounter counter = new CallCounter();
    int epoch;
    int blocks;
    int rows;
    int depth;

    /** Grows whenever code is written that needs the two arguments. */
    int hooks;

    final List<HookPoint> points = new ArrayList<>();
    final List<HookedProgram.Reading> readings = new ArrayList<>();

    /** The points that products and additions read. */
    final Set<String> operands = new HashSet<>();

    /** Where tensor observers may look. */
    ObservedTensors tensors = ObservedTensors.NONE;

    Injection(
            TorchScriptProgram program,
            SchemaTable schemas,
            PointFilter filter,
            PointFilter taps,
            Observers observers,
            boolean marks) {
        this.program = program;
        this.schemas = schemas;
        this.filter = filter;
        this.taps = taps;
        this.observers = observers;
        this.marks = marks;
        layout = new RowLayout(observers);
        generated = new Generated(program, observers);
        fused = new FusedOperators(generated.file, marks);
        paths = new ModulePaths(program.root());
        assigned = new AssignedAttributes(program);
        casts = program.files().values().stream().anyMatch(f -> CASTS.matcher(f.text()).find());
        observerClass = casts ? "Table" : "Observer";
        rowsArgument = generated.prefix + "rows";
        resultsArgument = generated.prefix + "results";
    }

    void startMethod() {
        counter = new CallCounter();
        epoch = 0;
        blocks = 0;
        rows = 0;
        hooks = 0;
        points.clear();
        readings.clear();
        operands.clear();
    }

    /** Where tensor observers may look in the method that was copied. */
    ObservedTensors found() {
        return new ObservedTensors(
                points.stream().map(HookPoint::name).collect(Collectors.toSet()),
                Set.copyOf(operands));
    }

    boolean isModule(Type.ClassType type) {
        return program.classNamed(type.qualifiedName())
                .filter(c -> c.definition().bases().contains(new Expression.Name("Module")))
                .isPresent();
    }

    int newBlock() {
        return ++blocks;
    }
}
