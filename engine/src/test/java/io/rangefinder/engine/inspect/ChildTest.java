package io.rangefinder.engine.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.inspector.protocol.RecordType;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the child does, the parent gets an answer: with {@link FakeInspector} as the child. */
@Timeout(280)
class ChildTest {

    private static final long MOST_BYTES = 1 << 20;

    /** For a child that ends by itself, however slowly it starts. */
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    @TempDir Path folder;

    private InspectorProcess.Answer ask(String model, Duration limit) throws Exception {
        InspectionOptions options = InspectionOptions.builder().optTimeout(limit).build();
        return fake(MOST_BYTES)
                .ask(folder.resolve(model + ".onnx"), options, InspectorProcess.Scheme.INT8);
    }

    static InspectorProcess fake(long mostBytes) throws Exception {
        Path tests =
                Path.of(
                        FakeInspector.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        return new InspectorProcess(
                List.of(tests, InspectorProcess.inspectorClasses()),
                FakeInspector.class.getName(),
                Path.of("/nowhere"),
                mostBytes);
    }

    /** A signal takes a moment to arrive: the sleepers would sleep on beyond this class' limit. */
    private static void assertNoSleepers() throws InterruptedException {
        while (sleepers() > 0) {
            Thread.sleep(50);
        }
    }

    private static long sleepers() {
        return ProcessHandle.current()
                .descendants()
                .filter(p -> p.info().commandLine().orElse("").contains("sleep 300"))
                .count();
    }

    @Test
    void aChildThatHangsIsKilledWithWhatItStarted() throws Exception {
        int seconds = 2;
        InspectorProcess.Answer answer = ask("hangs", Duration.ofSeconds(seconds));
        // Where a JVM takes longer to start, it was killed before it said a word.
        while (!answer.report().has(RecordType.ACCEPTED)) {
            seconds *= 2;
            answer = ask("hangs", Duration.ofSeconds(seconds));
        }
        assertEquals(Outcome.TIMED_OUT, answer.outcome());
        assertTrue(answer.reason().contains(seconds + " s"), answer.reason());
        assertNoSleepers();
    }

    @Test
    void aChildThatAbortsLeavesWhatItSaidBefore() throws Exception {
        InspectorProcess.Answer answer = ask("aborts", PATIENCE);
        assertEquals(Outcome.CRASHED, answer.outcome());
        // 128 and the number of SIGABRT.
        assertTrue(answer.reason().contains("status 134"), answer.reason());
        assertEquals(1, answer.report().networkLayers());
    }

    @Test
    void aReportWithoutEndIsCutOff() throws Exception {
        InspectorProcess.Answer answer = ask("writes without end", PATIENCE);
        assertEquals(Outcome.TOO_LONG, answer.outcome());
        assertTrue(answer.reason().contains("1 MB"), answer.reason());
    }

    @Test
    void outputWithoutEndFillsNoMemory() throws Exception {
        InspectorProcess.Answer answer = ask("prints without end", Duration.ofSeconds(3));
        assertEquals(Outcome.TIMED_OUT, answer.outcome());
    }

    @Test
    void whatIsNoReportIsACrash() throws Exception {
        InspectorProcess.Answer nonsense = ask("writes nonsense", PATIENCE);
        assertEquals(Outcome.CRASHED, nonsense.outcome());
        InspectorProcess.Answer longLine =
                fake(1 << 23)
                        .ask(
                                folder.resolve("writes a long line.onnx"),
                                InspectionOptions.builder().build(),
                                InspectorProcess.Scheme.INT8);
        assertEquals(Outcome.CRASHED, longLine.outcome());
        assertTrue(longLine.reason().contains("too long"), longLine.reason());
    }

    @Test
    void hostileNamesEndNoFieldAndNoLine() throws Exception {
        InspectorProcess.Answer answer = ask("rejects", PATIENCE);
        assertEquals(Outcome.REJECTED, answer.outcome());
        assertEquals(
                List.of(
                        new InspectionReport.ParserError(
                                "a\tb\nrejected\n\u001b[31m\\", "Conv\r", "no\u2028line")),
                answer.report().errors());
    }

    @Test
    void aChildThatReadsNothingHoldsNothingUp() throws Exception {
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        for (int i = 0; i < 10_000; i++) {
            ranges.add("a tensor with quite a long name, number " + i, new DynamicRange(1));
        }
        InspectionOptions options =
                InspectionOptions.builder()
                        .optRanges(ranges.build())
                        .optTimeout(Duration.ofSeconds(3))
                        .build();
        InspectorProcess sleeper =
                new InspectorProcess(
                        fake(1).classPath(), Sleeper.class.getName(), folder, MOST_BYTES);
        assertEquals(
                Outcome.TIMED_OUT,
                sleeper.ask(folder.resolve("any.onnx"), options, InspectorProcess.Scheme.INT8)
                        .outcome());
    }

    /** A child that never reads. */
    static final class Sleeper {
        public static void main(String[] arguments) throws Exception {
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }

    @Test
    void anInterruptEndsTheChild() throws Exception {
        Thread asker = Thread.currentThread();
        Thread interrupter =
                new Thread(
                        () -> {
                            try {
                                Thread.sleep(2000);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            asker.interrupt();
                        });
        interrupter.start();
        assertThrows(InterruptedIOException.class, () -> ask("hangs", PATIENCE));
        assertTrue(Thread.interrupted());
        assertNoSleepers();
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        String own = InspectorProcess.FOLDERS + "-" + ProcessHandle.current().pid() + "-";
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        ask("rejects", PATIENCE);
        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(
                    List.of(),
                    files.map(f -> f.getFileName().toString())
                            .filter(f -> f.startsWith(own))
                            .toList());
        }
    }
}
