package io.rangefinder.inspector.protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the child is asked, on its standard input: names from models never stand on a command line,
 * which every user of the machine can read and whose length is limited.
 *
 * @param libraries the folder of the native libraries
 * @param model the ONNX file
 * @param report the file to write records to
 * @param int8 whether INT8 is allowed; if not, TensorRT optimizes the float graph
 * @param evenly whether every tensor gets one and the same range, which shows the graph of implicit
 *     mode where no ranges are known
 * @param batch the length of axes that the model leaves open
 * @param seconds after which the child ends by itself, whatever became of its parent
 * @param mostBytes the most that the report may hold
 * @param ranges amax by name of an ONNX tensor; empty for explicit mode
 */
public record InspectionRequest(
        Path libraries,
        Path model,
        Path report,
        boolean int8,
        boolean evenly,
        long batch,
        long seconds,
        long mostBytes,
        Map<String, Float> ranges) {

    /** Of this form of requests and records. */
    public static final String VERSION = "rangefinder-inspector 1";

    private static final String END = "end";

    /**
     * Copies.
     *
     * @param libraries the folder of the native libraries
     * @param model the ONNX file
     * @param report the file to write records to
     * @param int8 whether INT8 is allowed
     * @param evenly whether every tensor gets one and the same range
     * @param batch the length of axes that the model leaves open
     * @param seconds after which the child ends by itself
     * @param mostBytes the most that the report may hold
     * @param ranges amax by name of an ONNX tensor
     */
    public InspectionRequest {
        ranges = Map.copyOf(ranges);
    }

    /**
     * Writes the request.
     *
     * @return lines, the last one ended too
     */
    public String toText() {
        List<String> lines = new ArrayList<>();
        lines.add(VERSION);
        lines.add(RecordLine.of(List.of("libraries", libraries.toString())));
        lines.add(RecordLine.of(List.of("model", model.toString())));
        lines.add(RecordLine.of(List.of("report", report.toString())));
        lines.add(RecordLine.of(List.of("int8", Boolean.toString(int8))));
        lines.add(RecordLine.of(List.of("evenly", Boolean.toString(evenly))));
        lines.add(RecordLine.of(List.of("batch", Long.toString(batch))));
        lines.add(RecordLine.of(List.of("seconds", Long.toString(seconds))));
        lines.add(RecordLine.of(List.of("most bytes", Long.toString(mostBytes))));
        ranges.forEach(
                (name, amax) ->
                        lines.add(RecordLine.of(List.of("range", name, Float.toString(amax)))));
        lines.add(END);
        return String.join("\n", lines) + "\n";
    }

    /**
     * Reads a request up to its end, and not a line further.
     *
     * @param in where it comes from
     * @return the request
     * @throws IOException if it is cut short or not one of this version
     */
    public static InspectionRequest read(BufferedReader in) throws IOException {
        if (!VERSION.equals(in.readLine())) {
            throw new IOException("no request of " + VERSION);
        }
        Map<String, String> settings = new LinkedHashMap<>();
        Map<String, Float> ranges = new LinkedHashMap<>();
        for (String line = in.readLine(); !END.equals(line); line = in.readLine()) {
            if (line == null) {
                throw new IOException("the request was cut short");
            }
            List<String> fields = RecordLine.fields(line);
            if (fields.size() == 3 && fields.get(0).equals("range")) {
                ranges.put(fields.get(1), Float.valueOf(fields.get(2)));
            } else if (fields.size() == 2) {
                settings.put(fields.get(0), fields.get(1));
            } else {
                throw new IOException("no line of a request: " + line);
            }
        }
        return new InspectionRequest(
                Path.of(setting(settings, "libraries")),
                Path.of(setting(settings, "model")),
                Path.of(setting(settings, "report")),
                Boolean.parseBoolean(setting(settings, "int8")),
                Boolean.parseBoolean(setting(settings, "evenly")),
                Long.parseLong(setting(settings, "batch")),
                Long.parseLong(setting(settings, "seconds")),
                Long.parseLong(setting(settings, "most bytes")),
                ranges);
    }

    private static String setting(Map<String, String> settings, String name) throws IOException {
        String value = settings.get(name);
        if (value == null) {
            throw new IOException("the request lacks " + name);
        }
        return value;
    }
}
