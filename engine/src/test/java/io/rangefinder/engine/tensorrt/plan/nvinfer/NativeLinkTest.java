package io.rangefinder.engine.tensorrt.plan.nvinfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds every class, method, constructor and constant of bytedeco's bindings that compiled code
 * under {@code engine.tensorrt} refers to against NVIDIA's real libraries of TensorRT 8.6.
 */
@Tag("tensorrt")
@Timeout(900)
class NativeLinkTest {

    private static final String TENSORRT = "/org/bytedeco/tensorrt/linux-x86_64/";

    private static final List<String> LIBRARIES =
            List.of(
                    TENSORRT + "libjninvinfer.so",
                    TENSORRT + "libjninvinfer_plugin.so",
                    TENSORRT + "libjninvonnxparser.so",
                    TENSORRT + "libjninvparsers.so",
                    "/org/bytedeco/cuda/linux-x86_64/libjnicudart.so",
                    "/org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so");

    /** Every call of the driver that CUDA's runtime makes before it gives up. */
    private static final String DRIVER_WITHOUT_DEVICE =
            Stream.of(
                            "cuInit",
                            "cuDriverGetVersion",
                            "cuDeviceGetCount",
                            "cuDeviceGet",
                            "cuGetProcAddress",
                            "cuGetProcAddress_v2")
                    .map(call -> "int " + call + "(void) { return 100; }\n")
                    .collect(Collectors.joining());

    private static JavaClasses ours;

    @TempDir private static Path folder;

    @BeforeAll
    static void readCompiledClasses() {
        ours =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.rangefinder.engine.tensorrt");
    }

    @Test
    void everyNativeMethodIsExportedByItsLibrary() throws Exception {
        Set<String> exported = new HashSet<>();
        for (String library : LIBRARIES) {
            try (InputStream in = NativeLinkTest.class.getResourceAsStream(library)) {
                assertNotNull(in, library);
                exported.addAll(ElfSymbols.exported(in.readAllBytes()));
            }
        }
        Set<String> natives = new TreeSet<>();
        Set<String> unresolved = new TreeSet<>();
        for (CodeUnitCallTarget target : calls()) {
            if (target.getName().equals("<init>")) {
                target.getOwner().reflect().getDeclaredConstructor(parameters(target));
                continue;
            }
            Method method = declared(target);
            if (Modifier.isNative(method.getModifiers())) {
                natives.add(method.toString());
                if (JniNames.of(method).stream().noneMatch(exported::contains)) {
                    unresolved.add(method.toString());
                }
            }
        }

        assertEquals(Set.of(), unresolved);
        // A build calls some fifty; a broken reading of classes would find none.
        assertTrue(natives.size() > 50, () -> natives.size() + ": " + natives);
        System.out.println(natives.size() + " native methods resolve");
    }

    @Test
    void everyConstantIsThere() throws Exception {
        Set<String> constants = new TreeSet<>();
        for (JavaClass type : ours) {
            for (JavaFieldAccess access : type.getFieldAccessesFromSelf()) {
                if (isBytedeco(access.getTargetOwner())) {
                    Class<?> owner =
                            Class.forName(
                                    access.getTargetOwner().getName(),
                                    false,
                                    getClass().getClassLoader());
                    owner.getField(access.getTarget().getName());
                    constants.add(owner.getSimpleName() + "." + access.getTarget().getName());
                }
            }
        }

        assertTrue(constants.contains("BuilderFlag.kINT8"), constants::toString);
        assertTrue(constants.size() > 20, constants::toString);
        System.out.println(constants.size() + " constants resolve");
    }

    @Test
    void realLibrariesLinkInAChildWithoutADevice() throws Exception {
        Path source = Files.writeString(folder.resolve("driver.c"), DRIVER_WITHOUT_DEVICE);
        run(
                new ProcessBuilder(
                        "gcc",
                        "-shared",
                        "-fPIC",
                        "-Wl,-soname,libcuda.so.1",
                        "-o",
                        folder.resolve("libcuda.so.1").toString(),
                        source.toString()));
        Set<String> classes = new TreeSet<>();
        calls().forEach(c -> classes.add(c.getOwner().getName()));
        ProcessBuilder child =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.logFile=System.err",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        LinkInChild.class.getName(),
                        String.join(",", classes));
        child.directory(folder.toFile());
        child.environment().put("LD_LIBRARY_PATH", folder.toString());
        List<String> said = run(child);

        assertTrue(said.contains("version 8.6.1"), said::toString);
        assertTrue(said.contains("linked " + classes.size() + " classes"), said::toString);
        // Without a device the adapter fails with a typed exception, and the process goes on.
        assertTrue(
                said.stream().anyMatch(l -> l.matches("begin: cudaSetDevice of device 0 .*")),
                said::toString);
        assertTrue(
                said.stream().anyMatch(l -> l.matches("gpu: cudaGetDeviceProperties .*")),
                said::toString);
        assertTrue(
                said.stream()
                        .anyMatch(l -> l.matches("builder: none, .*CUDA initialization failure.*")),
                said::toString);
        assertTrue(said.contains("plugins: true, []"), said::toString);
        assertEquals("end", said.get(said.size() - 1));
    }

    private static List<String> run(ProcessBuilder builder)
            throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        builder.redirectError(errors.toFile());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertEquals(0, process.exitValue(), () -> said + read(errors));
        return said.lines().toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Set<CodeUnitCallTarget> calls() {
        Set<CodeUnitCallTarget> targets = new HashSet<>();
        for (JavaClass type : ours) {
            type.getMethodCallsFromSelf().stream()
                    .filter(c -> isBytedeco(c.getTargetOwner()))
                    .forEach(c -> targets.add(c.getTarget()));
            type.getConstructorCallsFromSelf().stream()
                    .filter(c -> isBytedeco(c.getTargetOwner()))
                    .forEach(c -> targets.add(c.getTarget()));
        }
        return targets;
    }

    private static boolean isBytedeco(JavaClass type) {
        return type.getName().startsWith("org.bytedeco.");
    }

    /** The method that a call ends at: a superclass may declare it. */
    private static Method declared(CodeUnitCallTarget target) throws NoSuchMethodException {
        Class<?>[] parameters = parameters(target);
        Class<?> type = target.getOwner().reflect();
        while (type != null) {
            Class<?> here = type;
            Optional<Method> method =
                    Arrays.stream(here.getDeclaredMethods())
                            .filter(m -> m.getName().equals(target.getName()))
                            .filter(m -> Arrays.equals(m.getParameterTypes(), parameters))
                            .filter(
                                    m ->
                                            m.getReturnType()
                                                    .getName()
                                                    .equals(target.getRawReturnType().getName()))
                            .findFirst();
            if (method.isPresent()) {
                return method.get();
            }
            type = type.getSuperclass();
        }
        throw new NoSuchMethodException(target.getFullName());
    }

    private static Class<?>[] parameters(CodeUnitCallTarget target) {
        return target.getRawParameterTypes().stream()
                .map(JavaClass::reflect)
                .toArray(Class<?>[]::new);
    }
}
