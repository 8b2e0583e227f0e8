package io.rangefinder.engine.export.graph;

import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.WeightView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An archive with one storage, {@code data/0}, of float32. */
final class StoredArchive {

    private StoredArchive() {}

    static TorchScriptArchive of(Path folder, float... elements) throws Exception {
        ByteBuffer bytes =
                ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float element : elements) {
            bytes.putFloat(element);
        }
        Path file = folder.resolve("stored.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "m/data.pkl", new byte[] {(byte) 0x80, 2, 'N', '.'});
            put(zip, "m/code/__torch__/m.py", new byte[0]);
            put(zip, "m/data/0", bytes.array());
        }
        return TorchScriptArchive.open(file);
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
    }

    static WeightView tensor(long elements, long offset, List<Long> shape, List<Long> strides) {
        return new WeightView(ElementType.FLOAT32, "data/0", elements, offset, shape, strides);
    }
}
