package io.rangefinder.examples.doctor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.backend.BackendChoice;
import io.rangefinder.engine.backend.Backends;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.examples.cli.ErrorLine;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The verb {@code doctor}. */
@Command(
        name = "doctor",
        description = "Tell what can capture ranges and run INT8 here; status 1 if nothing can.")
public final class DoctorCommand implements Callable<Integer> {

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public DoctorCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = verb.commandLine().getOut();
        line(out, "rangefinder", RangefinderVersion.current());
        line(
                out,
                "java",
                Runtime.version()
                        + " on "
                        + System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.arch"));
        line(
                out,
                "memory",
                (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB of heap, "
                        + Runtime.getRuntime().availableProcessors()
                        + " processors");
        boolean pytorch = engine(out, "PyTorch");
        engine(out, RangeCapture.ENGINE);
        boolean int8 = engine(out, Int8.ENGINE);
        cache(out);
        boolean runs = false;
        List<Backend> backends = Backends.here().all();
        for (Backend backend : backends) {
            runs |= backend.variant().isEmpty() && backend(out, backend, pytorch && int8);
        }
        backends.forEach(backend -> variant(out, backend));
        if (runs) {
            best(out);
        }
        out.flush();
        return runs ? 0 : 1;
    }

    private static boolean engine(PrintWriter out, String name) {
        try {
            line(out, "engine " + name, Engine.getEngine(name).getVersion());
            return true;
        } catch (EngineException | IllegalArgumentException | LinkageError e) {
            line(out, "engine " + name, "no: " + ErrorLine.of(e));
            return false;
        }
    }

    /** A line for the backend and one for each of its rungs. */
    private static boolean backend(PrintWriter out, Backend backend, boolean engines) {
        Ladder ladder = backend.ladder(0);
        Optional<String> problem =
                engines ? ladder.problem() : Optional.of("an engine above is missing");
        answer(out, "backend " + backend.id(), problem, ladder);
        return problem.isEmpty();
    }

    /** What a backend may run on beside the CPU. */
    private static void variant(PrintWriter out, Backend backend) {
        if (backend.variant().isPresent()) {
            Ladder ladder = backend.ladder(0);
            answer(out, backend.variant().get(), ladder.problem(), ladder);
        }
    }

    /** What the engine and {@code compare} take where no backend is named. */
    private static void best(PrintWriter out) {
        BackendChoice best = Backends.here().choose(Backends.here().read(Map.of(), Device.cpu()));
        line(out, "best backend", best.toString());
        best.remark().ifPresent(remark -> out.println("  " + remark));
    }

    private static void answer(
            PrintWriter out, String what, Optional<String> problem, Ladder ladder) {
        line(out, what, problem.map("no: "::concat).orElse("yes"));
        ladder.toText().forEach(rung -> out.println("  " + rung));
    }

    private static void cache(PrintWriter out) {
        Path folder = CompiledCache.defaultFolder().toAbsolutePath();
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        line(
                out,
                "cache",
                folder
                        + (Files.isWritable(existing)
                                ? ""
                                : " (cannot be written; set DJL_CACHE_DIR to another folder)"));
    }

    private static void line(PrintWriter out, String what, String answer) {
        out.printf("%-20s %s%n", what, answer);
    }
}
