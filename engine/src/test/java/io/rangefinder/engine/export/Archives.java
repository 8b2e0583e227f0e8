package io.rangefinder.engine.export;

import io.rangefinder.capture.ranges.InputDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Small archives made by hand, and archives with other entries. */
final class Archives {

    /** An instance of {@code __torch__.m.M} with {@code training = False}. */
    private static final byte[] MODULE =
            bytes("\u0080\u0002c__torch__.m\nM\nq\u0000)\u0081}(X\u0008\0\0\0training\u0089ub.");

    private static final String CLASS =
            """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;

    private Archives() {}

    /** A model without weights whose {@code forward(x)} has a body, which begins on line 6. */
    static Path ofForward(Path folder, String body) throws IOException {
        String head = "  def forward(self: __torch__.m.M, x: Tensor) -> Tensor:\n";
        return ofMembers(folder, head + body.indent(4));
    }

    /** The same with constants, which begin behind the pickle's header. */
    static Path ofConstants(Path folder, String pickle, String body) throws IOException {
        Map<String, byte[]> entries = entries(ofForward(folder, body));
        entries.put("m/constants.pkl", bytes("\u0080\u0002" + pickle + "."));
        return write(folder, entries);
    }

    /** A model without weights of these methods, and functions behind them. */
    static Path ofMembers(Path folder, String members) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("m/data.pkl", MODULE);
        entries.put("m/constants.pkl", bytes("\u0080\u0002)."));
        entries.put("m/version", bytes("3\n"));
        entries.put("m/code/__torch__/m.py", bytes(CLASS + members));
        return write(folder, entries);
    }

    static Map<String, byte[]> entries(Path archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return entries;
    }

    /** Entries are stored as they are, as PyTorch stores them. */
    static Path write(Path folder, Map<String, byte[]> entries) throws IOException {
        Path file = Files.createTempDirectory(folder, "archive").resolve("bad.pt");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(entry.getValue());
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setMethod(ZipEntry.STORED);
                header.setSize(entry.getValue().length);
                header.setCrc(crc.getValue());
                out.putNextEntry(header);
                out.write(entry.getValue());
            }
        }
        return file;
    }

    static ExportedModel export(Path archive) throws Exception {
        return export(archive, "float32", 2L, 3L);
    }

    static ExportedModel export(Path archive, String type, Long... shape) throws Exception {
        return ModelExporter.export(
                archive,
                List.of(new InputDescription("x", type, List.of(shape))),
                ExportOptions.DEFAULT);
    }

    /** Each character is a byte. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
