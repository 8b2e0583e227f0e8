package io.rangefinder.examples.inspect;

import io.rangefinder.engine.inspect.InspectionReport;
import io.rangefinder.engine.inspect.InspectionReport.Layer;
import io.rangefinder.engine.inspect.InspectionReport.Leftover;
import io.rangefinder.engine.inspect.InspectionReport.Range;
import io.rangefinder.engine.inspect.InspectionReport.Verdict;
import io.rangefinder.inspector.protocol.RecordLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** A report as lines for people; names are escaped, so that none reaches the terminal as it is. */
public final class ReportText {

    private static final Set<String> PLAIN = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    private static final String LINE = "%-11s%s";
    private static final int MOST_LINES = 20;

    private ReportText() {}

    /**
     * What matters in some lines: how far TensorRT came, layers left, INT8, and what is not as it
     * should be.
     *
     * @param report the report
     * @return lines of a word and what there is to say
     */
    public static List<String> summary(InspectionReport report) {
        List<String> lines = new ArrayList<>();
        add(lines, "tensorrt", report.tensorRt().orElse("?") + ", " + outcome(report));
        report.errors().forEach(e -> add(lines, "error", node(e) + firstLine(e.message())));
        if (report.layersLeft().isPresent()) {
            add(
                    lines,
                    "layers",
                    report.layersLeft().getAsInt()
                            + " left"
                            + beside(report.floatLayersLeft(), ", %d of the float graph")
                            + beside(report.networkLayers(), ", %d before it is optimized"));
        }
        add(lines, "int8", int8(report));
        few(lines, "in float", report.floatUnasked().stream().map(ReportText::layer).toList());
        few(lines, "left over", report.leftovers().stream().map(ReportText::leftover).toList());
        if (!report.ranges().isEmpty()) {
            add(lines, "ranges", ranges(report));
        }
        few(lines, "refused", report.refusedRanges().stream().map(Range::tensor).toList());
        few(lines, "no range", report.tensorsWithoutRange());
        return lines;
    }

    /**
     * The whole report but the single fusions: its summary, the fusions' number by pass, the
     * warnings, and a table of the layers.
     *
     * @param report the report
     * @return lines
     */
    public static List<String> whole(InspectionReport report) {
        List<String> lines = new ArrayList<>(summary(report));
        Map<String, Integer> passes = new LinkedHashMap<>();
        report.fusions().forEach(f -> passes.merge(f.pass(), 1, Integer::sum));
        passes.forEach((pass, times) -> add(lines, "fused", times + " " + pass));
        few(lines, "warning", report.warnings().stream().map(ReportText::firstLine).toList());
        if (report.count(Verdict.INT8_IN_MYELIN) > 0) {
            add(
                    lines,
                    "note",
                    "Myelin takes its part of the graph as one layer: its Q/DQ are in place, and"
                            + " the log does not show their fusion");
        }
        int width = report.layers().stream().mapToInt(l -> safe(l.name()).length()).max().orElse(0);
        for (Layer layer : report.layers()) {
            lines.add(
                    String.format(
                                    "%-" + width + "s  %-13s  %-14s  %s",
                                    safe(layer.name()),
                                    layer.operator(),
                                    word(layer.verdict()),
                                    safe(layer.reason()) + (layer.pinned() ? " (as asked)" : ""))
                            .stripTrailing());
        }
        return lines;
    }

    /** What the check found: a line that says for which TensorRT, and one for each finding. */
    static List<String> of(CheckedModel checked) {
        List<String> lines = new ArrayList<>();
        long errors = checked.errors();
        long warnings = checked.findings().size() - errors;
        add(
                lines,
                "checked",
                checked.version() + ", errors: " + errors + ", warnings: " + warnings);
        few(lines, "check", checked.findings().stream().map(f -> safe(f.toString())).toList());
        return lines;
    }

    private static String outcome(InspectionReport report) {
        String mode = report.mode().name().toLowerCase(Locale.ROOT);
        return switch (report.outcome()) {
            case OPTIMIZED -> "accepts the model (" + mode + ")";
            case REJECTED -> "rejects the model";
            case NOT_OPTIMIZED -> "accepts the model, but stopped: " + firstLine(report.reason());
            case CRASHED, TIMED_OUT, TOO_LONG -> "no answer: " + firstLine(report.reason());
        };
    }

    private static String int8(InspectionReport report) {
        StringBuilder text = new StringBuilder();
        boolean all = report.layers().stream().allMatch(l -> PLAIN.contains(l.operator()));
        text.append(report.layers().size());
        text.append(all ? " convolutions and linear layers" : " layers with weights");
        String separator = ": ";
        for (Verdict verdict : Verdict.values()) {
            if (report.count(verdict) > 0) {
                text.append(separator).append(report.count(verdict)).append(' ');
                text.append(word(verdict));
                separator = ", ";
            }
        }
        return text.toString();
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case INT8 -> "INT8";
            case INT8_IN_MYELIN -> "INT8 in Myelin";
            case INT8_ALLOWED -> "INT8 allowed";
            case OTHER_TYPE -> "other type";
            case FLOAT -> "float";
            case UNKNOWN -> "not known";
        };
    }

    private static String layer(Layer layer) {
        return safe(layer.name()) + " (" + layer.operator() + "): " + safe(layer.reason());
    }

    private static String leftover(Leftover leftover) {
        if (leftover.operator().isEmpty()) {
            return safe(leftover.layer());
        }
        List<String> before = leftover.before();
        String some = String.join(", ", before.subList(0, Math.min(3, before.size())));
        return safe(leftover.operator() + " after " + leftover.after() + ", before " + some)
                + (before.size() > 3 ? " and " + (before.size() - 3) + " more" : "");
    }

    private static String ranges(InspectionReport report) {
        Map<String, Integer> origins = new LinkedHashMap<>();
        report.ranges().forEach(r -> origins.merge(r.origin(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        origins.forEach((origin, times) -> parts.add(times + " " + origin));
        return report.ranges().size()
                + " set ("
                + String.join(", ", parts)
                + "), "
                + report.refusedRanges().size()
                + " refused, "
                + report.tensorsWithoutRange().size()
                + " tensors without one";
    }

    private static String node(InspectionReport.ParserError error) {
        return error.node().isEmpty()
                ? ""
                : safe(error.node()) + " (" + safe(error.operator()) + "): ";
    }

    private static String beside(OptionalInt number, String text) {
        return number.isPresent() ? String.format(text, number.getAsInt()) : "";
    }

    private static void few(List<String> lines, String word, List<String> all) {
        all.stream().limit(MOST_LINES).forEach(text -> add(lines, word, text));
        if (all.size() > MOST_LINES) {
            add(lines, word, (all.size() - MOST_LINES) + " more; --json lists them all");
        }
    }

    private static void add(List<String> lines, String word, String text) {
        lines.add(String.format(LINE, word, text));
    }

    private static String firstLine(String text) {
        return safe(text.lines().findFirst().orElse(""));
    }

    private static String safe(String text) {
        return RecordLine.of(List.of(text));
    }
}
