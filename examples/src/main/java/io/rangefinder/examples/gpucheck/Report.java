package io.rangefinder.examples.gpucheck;

import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.engine.compare.Comparison;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The report, in Markdown. It is written anew after each step: should native code end the process,
 * the file says at which contestant.
 */
final class Report {

    private final Path file;
    private final Map<String, String> facts;
    private final Map<String, List<String>> ladders = new LinkedHashMap<>();
    private final List<Result> results = new ArrayList<>();
    private final String method;
    private Optional<String> running = Optional.empty();

    Report(Path file, Map<String, String> facts, String method) {
        this.file = file;
        this.facts = new LinkedHashMap<>(facts);
        this.method = method;
    }

    void addLadder(String subject, List<String> rungs) {
        ladders.put(subject, List.copyOf(rungs));
    }

    void begin(Contestant contestant) throws IOException {
        running = Optional.of(contestant.name());
        write();
    }

    void add(Result result) throws IOException {
        running = Optional.empty();
        results.add(result);
        write();
    }

    private void write() throws IOException {
        byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    String text() {
        StringBuilder text = new StringBuilder("# Rangefinder on a GPU\n");
        running.ifPresent(
                name ->
                        text.append("\n**The process ended while this ran: ")
                                .append(cell(name))
                                .append(".**\n"));
        text.append("\n## Machine\n\n| what | here |\n|---|---|\n");
        facts.forEach((what, here) -> row(text, what, here));
        text.append("\n## Bring-up\n");
        ladders.forEach(
                (subject, rungs) -> {
                    text.append('\n').append(subject).append(":\n\n```\n");
                    rungs.forEach(r -> text.append(r.replace("```", "'''")).append('\n'));
                    text.append("```\n");
                });
        accuracy(text);
        speed(text);
        notRun(text);
        layers(text);
        return text.toString();
    }

    private List<Result.Ran> ran() {
        return results.stream()
                .filter(Result.Ran.class::isInstance)
                .map(Result.Ran.class::cast)
                .toList();
    }

    private void accuracy(StringBuilder text) {
        text.append("\n## Accuracy\n\n").append(method).append("\n\n");
        text.append("| what | top-1 | same answer as float | SQNR to float, dB |");
        text.append(" SQNR to simulate, dB |\n|---|---|---|---|---|\n");
        for (Result.Ran r : ran()) {
            row(
                    text,
                    r.contestant().name(),
                    percent(r.toFloat().actualTop1()),
                    percent(r.toFloat().agreement()),
                    decibels(r.toFloat()),
                    r.toSimulate().map(Report::decibels).orElse(""));
        }
    }

    private void speed(StringBuilder text) {
        text.append("\n## Speed\n\nFrom an array on the heap to an array on the heap, one pass");
        text.append(
                " after another: median and 95th percentile of the passes that were timed.\n\n");
        text.append("| what | batch | median, ms | 95 %, ms | images/s | passes |\n");
        text.append("|---|---|---|---|---|---|\n");
        for (Result.Ran r : ran()) {
            for (Speed s : r.speeds()) {
                row(
                        text,
                        r.contestant().name(),
                        Integer.toString(s.batch()),
                        String.format(Locale.ROOT, "%.3f", s.median()),
                        String.format(Locale.ROOT, "%.3f", s.slow()),
                        String.format(Locale.ROOT, "%.0f", s.throughput()),
                        Integer.toString(s.runs()));
            }
        }
    }

    private void notRun(StringBuilder text) {
        text.append("\n## Not run\n\n| what | why |\n|---|---|\n");
        for (Result result : results) {
            if (result instanceof Result.NotRun n) {
                row(text, n.contestant().name(), n.why());
            }
        }
    }

    private void layers(StringBuilder text) {
        text.append("\n## Layers\n");
        for (Result.Ran r : ran()) {
            r.layers()
                    .ifPresent(
                            l -> {
                                text.append('\n').append(cell(r.contestant().name()));
                                text.append(":\n\n```\n").append(l.replace("```", "'''").strip());
                                text.append("\n```\n");
                            });
        }
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent()
                ? String.format(Locale.ROOT, "%.2f %%", 100 * share.getAsDouble())
                : "";
    }

    private static String decibels(Comparison comparison) {
        return Double.isInfinite(comparison.sqnr())
                ? "the same"
                : String.format(Locale.ROOT, "%.1f", comparison.sqnr());
    }

    private static void row(StringBuilder text, String... cells) {
        text.append('|');
        for (String c : cells) {
            text.append(' ').append(cell(c)).append(" |");
        }
        text.append('\n');
    }

    /** A cell ends at a bar and at the end of its line. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\R", "; ");
    }
}
