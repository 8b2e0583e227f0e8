package io.rangefinder.mutation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps of a target in child JVMs, a new one after each end.
 *
 * <p>{@code -Dmutations=N} gives the steps over the targets of all modules, {@code
 * -Dmutation.seed=N} another beginning, {@code -Dmutation.target=NAME} all of them to one target,
 * {@code -Dmutation.step=N} one step of it.
 */
public final class MutationRun {

    private static final Logger logger = LoggerFactory.getLogger(MutationRun.class);

    /** As many as take a minute over all modules. */
    private static final long STEPS = 30_000;

    private static final long MOST_BYTES = 500L << 20;

    /** CPU time of a child within one step, beyond which it is taken to hang: far beyond 5 s. */
    private static final Duration HANGS = Duration.ofMinutes(2);

    private final Class<? extends MutationTarget.Suite> suite;
    private final MutationTarget target;
    private final Path folder;
    private final long seed = Long.getLong("mutation.seed", 1);
    private final Outcomes outcomes = new Outcomes();

    /** A run of a suite's target; faults are kept in a folder below the module's target folder. */
    private MutationRun(Class<? extends MutationTarget.Suite> suite, MutationTarget target)
            throws IOException {
        this.suite = suite;
        this.target = target;
        this.folder =
                Files.createDirectories(
                        Path.of("target", "mutation", target.name()).toAbsolutePath());
    }

    /**
     * Runs the steps of a target.
     *
     * @param suite the suite
     * @param target one of its targets
     * @return the faults, a line each; none if all is well
     * @throws Exception if a child can't be started
     */
    public static List<String> faults(
            Class<? extends MutationTarget.Suite> suite, MutationTarget target) throws Exception {
        String wanted = System.getProperty("mutation.target", "");
        if (!wanted.isEmpty() && !wanted.equals(target.name())) {
            return List.of();
        }
        return new MutationRun(suite, target).faults(wanted.isEmpty() ? target.share() : 100);
    }

    private List<String> faults(int share) throws IOException, InterruptedException {
        long first = Long.getLong("mutation.step", 0);
        long steps = Long.getLong("mutations", STEPS) * share / 100;
        long end = System.getProperty("mutation.step") == null ? steps : first + 1;
        for (long step = first; step < end; ) {
            step = runChild(step, end - step);
        }
        String summary = target.name() + ", seed " + seed + ", " + end + " steps: " + outcomes;
        logger.info(summary);
        Files.writeString(folder.resolve("summary.txt"), summary + "\n");
        if (outcomes.faults().isEmpty() && end - first > 100 && !outcomes.hasBothEnds()) {
            return List.of(summary + ": mutation is too weak or too strong");
        }
        return outcomes.faults().entrySet().stream()
                .map(f -> target.name() + ": " + f.getKey() + "\n    " + f.getValue())
                .toList();
    }

    /** Runs a child to its end and gives the step to go on with. */
    private long runChild(long first, long steps) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-XX:-CreateCoredumpOnCrash",
                                "-XX:TieredStopAtLevel=" + (steps > 20_000 ? 4 : 1),
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                                "-Dmutation.seeds=" + System.getProperty("mutation.seeds", ""),
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                MutationChild.class.getName(),
                                suite.getName(),
                                target.name(),
                                folder.toString(),
                                Long.toString(seed),
                                Long.toString(first),
                                Long.toString(steps))
                        .redirectError(folder.resolve("stderr.txt").toFile())
                        .start();
        AtomicLong running = new AtomicLong(-1);
        Thread watch = watch(process, running);
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int mark = line.indexOf(MutationChild.MARK);
                if (mark >= 0) {
                    take(line.substring(mark + 1), running);
                }
            }
        }
        int status = process.waitFor();
        watch.interrupt();
        watch.join();
        if (status == 0) {
            return first + steps;
        }
        if (running.get() < 0) {
            throw new IOException(
                    "the child ended with "
                            + status
                            + " before a step: "
                            + Files.readString(folder.resolve("stderr.txt")));
        }
        outcomes.end(running.get(), 0, 0, "end of the JVM");
        fault("end of the JVM, status " + status, running.get(), lastWords());
        return running.get() + 1;
    }

    private void take(String line, AtomicLong running) throws IOException {
        String[] words = line.split(" ", 5);
        long step = Long.parseLong(words[1]);
        running.set(step);
        if (words[0].equals("step")) {
            return;
        }
        long bytes = Long.parseLong(words[3]);
        outcomes.end(step, Long.parseLong(words[2]), bytes, words[4]);
        if (words[4].startsWith("fault ")) {
            String[] parts = words[4].substring("fault ".length()).split("\t", 2);
            fault(parts[0], step, parts.length > 1 ? parts[1] : "");
        } else if (bytes > MOST_BYTES) {
            fault("more than 500 MB, then " + words[4], step, bytes + " bytes");
        }
    }

    private void fault(String kind, long step, String said) throws IOException {
        Path kept = folder.resolve("step-" + step + target.extension());
        if (outcomes.fault(kind, step, said, kept)) {
            Files.write(kept, MutationStep.of(target, seed, step).mutant());
        }
    }

    private String lastWords() throws IOException {
        List<String> lines =
                Files.readAllLines(folder.resolve("stderr.txt"), StandardCharsets.ISO_8859_1);
        return String.join(" ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    /** Ends a child that spends too much CPU time on one step. */
    private static Thread watch(Process process, AtomicLong running) {
        Thread watch =
                new Thread(
                        () -> {
                            long step = -2;
                            Duration since = Duration.ZERO;
                            try {
                                while (process.isAlive()) {
                                    Duration now =
                                            process.info().totalCpuDuration().orElse(Duration.ZERO);
                                    if (running.get() != step) {
                                        step = running.get();
                                        since = now;
                                    } else if (now.minus(since).compareTo(HANGS) > 0) {
                                        process.destroyForcibly();
                                    }
                                    Thread.sleep(1000);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        watch.setDaemon(true);
        watch.start();
        return watch;
    }
}
