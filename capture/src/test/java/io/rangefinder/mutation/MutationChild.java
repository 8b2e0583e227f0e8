package io.rangefinder.mutation;

import com.sun.management.ThreadMXBean;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Runs steps of one target, and tells of each before and after, so that whoever started this JVM
 * knows where it ended.
 */
final class MutationChild {

    /** In front of each line that is meant for the parent, since native code prints, too. */
    static final String MARK = "\u0001";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MutationTarget target;
    private final Path file;
    private final PrintStream out;

    private MutationChild(MutationTarget target, Path folder, PrintStream out) {
        this.target = target;
        this.file = folder.resolve("mutant" + target.extension());
        this.out = out;
    }

    /** Suite, target, folder, seed, first step, steps. */
    public static void main(String[] words) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        MutationTarget.Suite suite =
                (MutationTarget.Suite)
                        Class.forName(words[0]).getDeclaredConstructor().newInstance();
        MutationTarget target =
                suite.targets().stream()
                        .filter(t -> t.name().equals(words[1]))
                        .findFirst()
                        .orElseThrow();
        MutationChild child = new MutationChild(target, Path.of(words[2]), out);
        long first = Long.parseLong(words[4]);
        for (long step = first; step < first + Long.parseLong(words[5]); step++) {
            child.run(Long.parseLong(words[3]), step);
        }
        out.flush();
        // Threads of native code need not end by themselves.
        Runtime.getRuntime().halt(0);
    }

    private void run(long seed, long step) throws Exception {
        MutationStep mutation = MutationStep.of(target, seed, step);
        Files.write(file, mutation.mutant());
        out.println(MARK + "step " + step);
        long nanos = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        String end = end(mutation.seed());
        bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes;
        nanos = THREADS.getCurrentThreadCpuTime() - nanos;
        out.println(MARK + "end " + step + " " + nanos / 1_000_000 + " " + bytes + " " + end);
    }

    private String end(Seed seed) {
        try {
            target.reader().read(file, seed.name());
            return "answer";
        } catch (Throwable thrown) {
            String fault = Verdict.fault(thrown, target.sentences());
            return fault.isEmpty()
                    ? "sentence " + thrown.getClass().getSimpleName()
                    : "fault " + line(fault, thrown);
        }
    }

    /** The kind of fault, where it was, and what it said, on one line. */
    private static String line(String fault, Throwable thrown) {
        String own =
                Arrays.stream(thrown.getStackTrace())
                        .filter(f -> f.getClassName().startsWith("io.rangefinder."))
                        .filter(f -> !f.getClassName().startsWith("io.rangefinder.mutation."))
                        .limit(2)
                        .map(f -> f.getFileName() + ":" + f.getLineNumber())
                        .collect(Collectors.joining(" < "));
        String said = String.valueOf(thrown.getMessage()).replaceAll("\\s+", " ");
        String shortened = said.length() > 300 ? said.substring(0, 300) + "…" : said;
        return fault + " at " + own + "\t" + shortened;
    }
}
