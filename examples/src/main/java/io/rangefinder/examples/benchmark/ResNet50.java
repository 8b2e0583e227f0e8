package io.rangefinder.examples.benchmark;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * torchvision's traced ResNet-50 with random weights: 25.6 million parameters, input (N, 3, 224,
 * 224). The code comes from a resource without weights; these are drawn here, always the same.
 */
public final class ResNet50 {

    private static final String TEMPLATE = "/io/rangefinder/examples/resnet50_traced_template.zip";

    private static final String STORAGES = "storages.tsv";

    private ResNet50() {}

    /** A line of the table of weights: {@code key parameter type elements fan-in fill}. */
    private record Storage(String key, String type, int elements, String fill) {

        static Storage parse(String line) throws IOException {
            String[] column = line.split("\t");
            if (column.length != 6) {
                throw new IOException("the table of weights has the line " + line);
            }
            return new Storage(column[0], column[2], Integer.parseInt(column[3]), column[5]);
        }

        byte[] content(SplittableRandom random) throws IOException {
            String[] word = fill.split(" ");
            boolean normal = word[0].equals("normal");
            double value = Double.parseDouble(word[1]);
            boolean wide = type.equals("int64");
            ByteBuffer bytes =
                    ByteBuffer.allocate(elements * (wide ? Long.BYTES : Float.BYTES))
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < elements; i++) {
                if (wide) {
                    bytes.putLong((long) value);
                } else {
                    bytes.putFloat((float) (normal ? random.nextGaussian() * value : value));
                }
            }
            return bytes.array();
        }
    }

    /**
     * Writes the archive, some 100 MB.
     *
     * @param target the file to make
     * @throws IOException if it cannot be written
     */
    public static void write(Path target) throws IOException {
        SplittableRandom random = new SplittableRandom(50);
        try (InputStream resource = ResNet50.class.getResourceAsStream(TEMPLATE);
                ZipInputStream template = new ZipInputStream(resource);
                OutputStream file = Files.newOutputStream(target);
                ZipOutputStream archive = new ZipOutputStream(file)) {
            List<Storage> storages = new ArrayList<>();
            String root = "";
            ZipEntry entry;
            while ((entry = template.getNextEntry()) != null) {
                byte[] content = template.readAllBytes();
                if (entry.getName().equals(STORAGES)) {
                    storages = table(content);
                } else {
                    root = entry.getName().substring(0, entry.getName().indexOf('/') + 1);
                    add(archive, entry.getName(), content);
                }
            }
            for (Storage storage : storages) {
                add(archive, root + "data/" + storage.key(), storage.content(random));
            }
        }
    }

    private static List<Storage> table(byte[] content) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new ByteArrayInputStream(content), StandardCharsets.UTF_8))) {
            List<Storage> storages = new ArrayList<>();
            for (String line : lines.lines().toList()) {
                if (!line.startsWith("#")) {
                    storages.add(Storage.parse(line));
                }
            }
            return storages;
        }
    }

    private static void add(ZipOutputStream archive, String name, byte[] content)
            throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        archive.putNextEntry(entry);
        archive.write(content);
        archive.closeEntry();
    }
}
