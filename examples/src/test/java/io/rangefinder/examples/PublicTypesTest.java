package io.rangefinder.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineProvider;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The list of what applications call in the engine's README. */
class PublicTypesTest {

    private static final String PREFIX = "io.rangefinder.";

    /** What is handed from one call to another, and called by nobody but us. */
    private static final Set<String> HANDED_ON =
            Set.of(
                    "capture.archive.InvalidArchiveException",
                    "engine.compile.CompiledCache",
                    "engine.compile.ModelFiles",
                    "engine.export.graph.GraphBuilder",
                    "engine.export.symbolic.Dim",
                    "engine.export.symbolic.ElementType",
                    "engine.export.symbolic.SymbolicTensor",
                    "engine.export.symbolic.Value",
                    "engine.export.symbolic.WeightView",
                    "engine.onnx.HookNames",
                    "engine.onnx.InvalidOnnxException",
                    "engine.onnx.OnnxModel",
                    "engine.onnx.OpenLengths",
                    "engine.onnxruntime.OrtModel",
                    "engine.quantization.QuantizationOptions");

    /** Public for other packages of ours, beside what is listed. */
    private static final Set<String> OURS =
            Set.of(
                    "capture.ranges.RangefinderVersion",
                    "capture.source.Providers",
                    "engine.export.operators.InPlace",
                    "engine.export.operators.OperatorTable",
                    "engine.options.OptionNames");

    /** Of these, applications need a part. */
    private static final Set<String> IN_PART =
            Set.of("engine.session", "engine.export", "engine.export.graph");

    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.rangefinder");

    private static final Set<String> listed = new TreeSet<>();

    @BeforeAll
    static void readList() throws IOException {
        String readme = Files.readString(Path.of("../engine/README.md"));
        String section = readme.split("## What applications call\n")[1].split("\n## ")[0];
        Matcher row = Pattern.compile("\\| `([a-z.]+)` \\| (.*) \\|").matcher(section);
        while (row.find()) {
            Matcher type = Pattern.compile("`(\\w+)`").matcher(row.group(2));
            while (type.find()) {
                listed.add(row.group(1) + "." + type.group(1));
            }
        }
        assertTrue(listed.contains("engine.Int8"), listed::toString);
    }

    private static String name(JavaClass type) {
        String name = type.getBaseComponentType().getName();
        return name.startsWith(PREFIX)
                ? name.substring(PREFIX.length()).replaceFirst("\\$.*", "")
                : "";
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('.')));
    }

    private static boolean isOpen(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static boolean isOpen(JavaCodeUnit unit) {
        Set<JavaModifier> modifiers = unit.getModifiers();
        return !modifiers.contains(JavaModifier.SYNTHETIC)
                && (modifiers.contains(JavaModifier.PUBLIC)
                        || modifiers.contains(JavaModifier.PROTECTED));
    }

    @Test
    void packagesOfListedTypesHaveNoOthersInPublic() {
        Set<String> packages = new HashSet<>();
        listed.forEach(type -> packages.add(packageOf(type)));
        packages.removeAll(IN_PART);
        Set<String> open = new TreeSet<>();
        for (JavaClass type : ALL) {
            String name = name(type);
            if (isOpen(type)
                    && type.isTopLevelClass()
                    && !type.isAssignableTo(EngineProvider.class)
                    && !OURS.contains(name)
                    && packages.contains(packageOf(name))) {
                open.add(name);
            }
        }
        Set<String> expected = new TreeSet<>(listed);
        expected.removeIf(type -> IN_PART.contains(packageOf(type)));
        assertEquals(expected, open);
    }

    @Test
    void listedTypesArePublicAndTellOfNoOthers() {
        Set<String> strangers = new TreeSet<>();
        for (JavaClass type : ALL) {
            if (!listed.contains(name(type)) || !isOpen(type) && !type.isTopLevelClass()) {
                continue;
            }
            assertTrue(isOpen(type), type::getName);
            for (JavaCodeUnit unit : type.getCodeUnits()) {
                if (isOpen(unit)) {
                    Set<JavaClass> told = new HashSet<>(unit.getExceptionTypes());
                    told.addAll(unit.getReturnType().getAllInvolvedRawTypes());
                    for (JavaParameter parameter : unit.getParameters()) {
                        told.addAll(parameter.getType().getAllInvolvedRawTypes());
                    }
                    told.forEach(t -> strangers.add(name(t)));
                }
            }
        }
        strangers.remove("");
        strangers.removeAll(listed);
        strangers.removeAll(HANDED_ON);
        assertEquals(Set.of(), strangers);
    }

    @Test
    void everyListedTypeIsThere() {
        Set<String> missing = new TreeSet<>(listed);
        ALL.forEach(type -> missing.remove(name(type)));
        assertEquals(Set.of(), missing);
    }

    /** The example of an application, needs no more. */
    @Test
    void theApplicationCallsListedTypesOnly() {
        Set<String> called = new TreeSet<>();
        for (JavaClass type : ALL) {
            if (type.getPackageName().equals("io.rangefinder.examples.application")) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    called.add(name(dependency.getTargetClass()));
                }
            }
        }
        called.removeIf(name -> name.isEmpty() || name.startsWith("examples.application."));
        called.removeAll(listed);
        assertEquals(Set.of(), called);
    }
}
