package io.rangefinder.engine.child;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs a program that may hang, crash or print without end, in a folder of its own and with no
 * environment of ours. Stateless, hence safe from any thread.
 */
public final class Child {

    /** How often the size of what it writes is looked at. */
    private static final long POLL_MS = 20;

    /** Of what it prints, the last characters are kept, to tell of a crash. */
    private static final int KEPT_BYTES = 8192;

    private static final int BUFFER_BYTES = 4096;

    private Child() {}

    /** How a child ended. */
    public enum End {
        /** By itself, with status 0. */
        IN_ORDER,
        /** By itself, or by a signal, with another status. */
        IN_DISORDER,
        /** It was killed, since its time was up. */
        TIME_LIMIT,
        /** It was killed, since it wrote too much. */
        SIZE_LIMIT
    }

    /**
     * What became of a child.
     *
     * @param end how it ended
     * @param status its exit status
     * @param printed the last that it printed
     * @param cpu the time on processors that was last seen of it, zero where the system does not
     *     tell
     */
    public record Result(End end, int status, String printed, Duration cpu) {}

    /**
     * How long a child may run.
     *
     * @param wall by the clock
     * @param cpu on processors, which other programs do not change; not looked at where the system
     *     does not tell it
     */
    public record TimeLimit(Duration wall, Optional<Duration> cpu) {

        /**
         * A limit by the clock alone.
         *
         * @param wall the time
         * @return the limit
         */
        public static TimeLimit ofWall(Duration wall) {
            return new TimeLimit(wall, Optional.empty());
        }

        private boolean isSpent(Duration spent) {
            return cpu.filter(most -> spent.compareTo(most) > 0).isPresent();
        }
    }

    /**
     * Runs a program.
     *
     * @param command the program and its arguments
     * @param environment the whole of its environment
     * @param folder its working folder
     * @param input what it reads; its input stays open, so that it notices our end
     * @param output the file that it writes
     * @param mostBytes the most that the file may hold
     * @param limit after which it is killed, and what it started, too
     * @return what became of it
     * @throws IOException if it can't be started
     * @throws InterruptedIOException if this thread is interrupted; the child is killed then
     */
    public static Result run(
            List<String> command,
            Map<String, String> environment,
            Path folder,
            String input,
            Path output,
            long mostBytes,
            TimeLimit limit)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        Tail tail = new Tail(process.getInputStream());
        tail.start();
        feed(process, input, tail);
        try {
            AtomicReference<Duration> cpu = new AtomicReference<>(Duration.ZERO);
            End end = await(process, output, mostBytes, limit, cpu);
            int status = process.waitFor();
            tail.join(TimeUnit.SECONDS.toMillis(1));
            return new Result(end, status, tail.text(), cpu.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another process was waited for");
        } finally {
            kill(process);
        }
    }

    /** On a thread of its own: a child that reads nothing would hold this one up. */
    private static void feed(Process process, String input, Tail tail) {
        Thread feeder =
                new Thread(
                        () -> {
                            try (OutputStream in = process.getOutputStream()) {
                                in.write(input.getBytes(StandardCharsets.UTF_8));
                                in.flush();
                                process.waitFor();
                            } catch (IOException e) {
                                // It ended without reading all; how it ended tells more.
                                tail.keep(e.toString());
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "what a child is asked");
        feeder.setDaemon(true);
        feeder.start();
    }

    private static End await(
            Process process,
            Path output,
            long mostBytes,
            TimeLimit limit,
            AtomicReference<Duration> cpu)
            throws InterruptedException, IOException {
        long deadline = System.nanoTime() + limit.wall().toNanos();
        while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
            process.info().totalCpuDuration().ifPresent(cpu::set);
            if (System.nanoTime() - deadline > 0 || limit.isSpent(cpu.get())) {
                kill(process);
                return End.TIME_LIMIT;
            }
            if (Files.exists(output) && Files.size(output) > mostBytes) {
                kill(process);
                return End.SIZE_LIMIT;
            }
        }
        return process.exitValue() == 0 ? End.IN_ORDER : End.IN_DISORDER;
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Reads what the child prints, so that it never waits, and keeps the end of it. */
    private static final class Tail extends Thread {

        private final InputStream in;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Tail(InputStream in) {
            super("what a child prints");
            this.in = in;
            setDaemon(true);
        }

        @Override
        public void run() {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    keep(buffer, read);
                }
            } catch (IOException e) {
                keep(e.toString());
            }
        }

        void keep(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            keep(bytes, bytes.length);
        }

        private synchronized void keep(byte[] bytes, int length) {
            if (kept.size() > KEPT_BYTES) {
                byte[] all = kept.toByteArray();
                kept.reset();
                kept.write(all, all.length - KEPT_BYTES / 2, KEPT_BYTES / 2);
            }
            kept.write(bytes, 0, length);
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
