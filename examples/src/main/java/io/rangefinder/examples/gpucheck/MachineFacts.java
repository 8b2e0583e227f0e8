package io.rangefinder.examples.gpucheck;

import ai.djl.engine.Engine;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.examples.cli.ErrorLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a reader of the report must know of the machine. */
final class MachineFacts {

    private static final List<String> NVIDIA_SMI =
            List.of(
                    "nvidia-smi",
                    "--query-gpu=name,driver_version,compute_cap,memory.total",
                    "--format=csv,noheader");

    private static final int SECONDS = 20;

    private MachineFacts() {}

    /** Facts by name, in order. */
    static Map<String, String> here() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "system",
                property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
        facts.put("CPU", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        facts.put("int8 on the CPU", CpuAbilities.probe().explanation());
        facts.put("GPU, driver, compute capability, memory", output(NVIDIA_SMI));
        facts.put("Java", property("java.vm.name") + " " + property("java.version"));
        facts.put("Rangefinder", RangefinderVersion.current());
        facts.put("DJL", Engine.getDjlVersion());
        facts.put("PyTorch", Engine.getEngine("PyTorch").getVersion());
        facts.put("Int8", Engine.getEngine("Int8").toString());
        return facts;
    }

    private static String property(String name) {
        return System.getProperty(name);
    }

    private static String cpu() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(l -> l.startsWith("model name"))
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("not named");
        } catch (IOException e) {
            return "not named (" + ErrorLine.of(e) + ")";
        }
    }

    /** What a program prints, on one line; a program that is missing or hangs says so. */
    static String output(List<String> command) {
        try {
            Path log = Files.createTempFile("rangefinder", ".log");
            try {
                Process process =
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(log.toFile())
                                .start();
                boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
                process.destroyForcibly();
                if (!ended) {
                    return command.get(0) + " does not answer within " + SECONDS + " s";
                }
                String text =
                        Files.readString(log, StandardCharsets.ISO_8859_1)
                                .lines()
                                .collect(Collectors.joining("; "));
                return process.exitValue() == 0
                        ? text
                        : command.get(0) + " ends with " + process.exitValue() + ": " + text;
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            return ErrorLine.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return command.get(0) + " was interrupted";
        }
    }
}
