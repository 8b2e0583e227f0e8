package io.rangefinder.mutation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Changes a zip: one of its entries, which of them are there, or its bytes. */
public final class ZipMutator implements Mutator {

    private final Function<String, Mutator> byName;
    private final Mutator bytes = new ByteMutator();

    /** What changes an entry of a name. */
    public ZipMutator(Function<String, Mutator> byName) {
        this.byName = byName;
    }

    /** Code by words, pickles by steps, the rest by bytes. */
    public static ZipMutator ofArchives(WordMutator code) {
        Mutator pickle = new PickleMutator();
        Mutator rest = new ByteMutator();
        return new ZipMutator(
                name -> name.endsWith(".py") ? code : name.endsWith(".pkl") ? pickle : rest);
    }

    @Override
    public byte[] mutate(byte[] zip, Random random) {
        Map<String, byte[]> entries = entries(zip);
        if (entries.isEmpty() || random.nextInt(10) == 0) {
            return bytes.mutate(zip, random);
        }
        List<String> names = new ArrayList<>(entries.keySet());
        // What nobody reads is not worth changing.
        names.removeIf(name -> name.endsWith(".debug_pkl"));
        if (names.isEmpty()) {
            return bytes.mutate(zip, random);
        }
        String name = names.get(random.nextInt(names.size()));
        String other = names.get(random.nextInt(names.size()));
        switch (random.nextInt(20)) {
            case 0 -> entries.remove(name);
            case 1 -> entries.put(name, entries.get(other));
            case 2 -> entries.put(renamed(name, random), entries.remove(name));
            case 3 -> Collections.swap(names, 0, names.size() - 1);
            default -> entries.put(name, byName.apply(name).mutate(entries.get(name), random));
        }
        return zip(entries, random.nextInt(10) == 0);
    }

    private String renamed(String name, Random random) {
        byte[] changed =
                bytes.mutate(name.getBytes(java.nio.charset.StandardCharsets.UTF_8), random);
        return new String(changed, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> entries(byte[] bytes) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                entries.put(e.getName(), in.readNBytes(1 << 20));
            }
        } catch (IOException | IllegalArgumentException e) {
            // Already changed: its bytes are changed further.
            return Map.of();
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries, boolean deflated) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                if (!deflated) {
                    CRC32 crc = new CRC32();
                    crc.update(entry.getValue());
                    header.setMethod(ZipEntry.STORED);
                    header.setSize(entry.getValue().length);
                    header.setCrc(crc.getValue());
                }
                out.putNextEntry(header);
                out.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
