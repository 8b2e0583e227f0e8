package io.rangefinder.engine.tensorrt.bringup;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a shared library says of itself, read without loading it: the System V ABI's ELF for x86_64.
 * Loading a file that is cut short ends the JVM with SIGBUS, so each part is held against the
 * file's length.
 *
 * @param soname the name by which others depend on it; empty if it has none
 * @param symbols the names of what it defines for others
 */
record ElfFile(String soname, List<String> symbols) {

    private static final int MAGIC = 0x464c457f;

    /** The beginning of the header, which is the same in 32-bit files. */
    private static final int IDENTITY = 20;

    private static final int HEADER = 64;
    private static final int SECTION = 64;
    private static final int SEGMENT = 56;
    private static final int SYMBOL = 24;
    private static final int X86_64 = 62;
    private static final int NO_BITS = 8;
    private static final int DYNAMIC = 6;
    private static final int DYNAMIC_SYMBOLS = 11;
    private static final int SONAME = 14;

    /** Larger than in any library of NVIDIA's; a bound for files that are not what they seem. */
    private static final long TABLE_BYTES = 64 << 20;

    private static final String VERSION_SYMBOL = "tensorrt_version_";

    /** A part of the file. */
    private record Section(int type, long offset, long size, int link) {}

    /**
     * Reads a library.
     *
     * @param path the file
     * @return what it says
     * @throws IOException if it cannot be read, is not a library for x86_64, or is not whole; the
     *     message names the file
     */
    static ElfFile read(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            ByteBuffer header = at(file, 0, HEADER);
            boolean elf = header.getInt(0) == MAGIC && header.get(4) == 2 && header.get(5) == 1;
            if (!elf || header.getShort(18) != X86_64) {
                throw new IOException(path + " is not a library for 64-bit Linux on x86_64");
            }
            long segments = header.getLong(32);
            for (int i = 0; i < Short.toUnsignedInt(header.getShort(56)); i++) {
                ByteBuffer segment = at(file, segments + (long) i * SEGMENT, SEGMENT);
                within(file, segment.getLong(8), segment.getLong(32));
            }
            return read(file, sections(file, header));
        } catch (EOFException e) {
            throw new IOException(path + " is cut short", e);
        } catch (java.nio.file.FileSystemException e) {
            throw new IOException(path + " cannot be read", e);
        }
    }

    /**
     * Whether it is a library for another kind of processor, such as 32-bit ones, which the dynamic
     * linker passes over: it goes on to the next folder.
     *
     * @param path the file
     * @return false if it is for x86_64, or no library at all
     * @throws IOException if it cannot be read; the message names the file
     */
    static boolean isForAnotherMachine(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            ByteBuffer header = at(file, 0, IDENTITY);
            return header.getInt(0) == MAGIC
                    && (header.get(4) != 2 || header.getShort(18) != X86_64);
        } catch (EOFException e) {
            // Whoever reads it will say so.
            return false;
        } catch (java.nio.file.FileSystemException e) {
            throw new IOException(path + " cannot be read", e);
        }
    }

    private static List<Section> sections(FileChannel file, ByteBuffer header) throws IOException {
        long offset = header.getLong(40);
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < Short.toUnsignedInt(header.getShort(60)); i++) {
            ByteBuffer section = at(file, offset + (long) i * SECTION, SECTION);
            Section read =
                    new Section(
                            section.getInt(4),
                            section.getLong(24),
                            section.getLong(32),
                            section.getInt(40));
            if (read.type() != NO_BITS) {
                within(file, read.offset(), read.size());
            }
            sections.add(read);
        }
        if (!sections.isEmpty() && sections.stream().noneMatch(s -> s.type() == DYNAMIC)) {
            throw new EOFException("no dynamic section, which each library has");
        }
        return sections;
    }

    private static ElfFile read(FileChannel file, List<Section> sections) throws IOException {
        String soname = "";
        List<String> symbols = new ArrayList<>();
        for (Section section : sections) {
            if (section.type() != DYNAMIC && section.type() != DYNAMIC_SYMBOLS) {
                continue;
            }
            ByteBuffer table = table(file, section);
            ByteBuffer names = table(file, linked(sections, section.link()));
            if (section.type() == DYNAMIC) {
                for (int at = 0; at + 16 <= table.limit(); at += 16) {
                    if (table.getLong(at) == SONAME) {
                        soname = text(names, table.getLong(at + 8));
                    }
                }
            } else {
                for (int at = 0; at + SYMBOL <= table.limit(); at += SYMBOL) {
                    if (table.getShort(at + 6) != 0) {
                        symbols.add(text(names, Integer.toUnsignedLong(table.getInt(at))));
                    }
                }
            }
        }
        return new ElfFile(soname, List.copyOf(symbols));
    }

    private static Section linked(List<Section> sections, int index) throws EOFException {
        if (index < 0 || index >= sections.size()) {
            throw new EOFException("no section " + index);
        }
        return sections.get(index);
    }

    /**
     * TensorRT's version, which libnvinfer names in a symbol ({@code tensorrt_version_8_6_1_6}).
     *
     * @return a version such as {@code 8.6.1.6}, or empty if there is no such symbol
     */
    String tensorRtVersion() {
        return symbols.stream()
                .filter(name -> name.startsWith(VERSION_SYMBOL))
                .map(name -> name.substring(VERSION_SYMBOL.length()).replace('_', '.'))
                .findFirst()
                .orElse("");
    }

    private static ByteBuffer table(FileChannel file, Section section) throws IOException {
        if (section.size() > TABLE_BYTES) {
            throw new EOFException("a table of " + section.size() + " bytes");
        }
        return at(file, section.offset(), (int) section.size());
    }

    private static ByteBuffer at(FileChannel file, long offset, int size) throws IOException {
        within(file, offset, size);
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException("at " + offset);
            }
        }
        return bytes.flip();
    }

    private static void within(FileChannel file, long offset, long size) throws IOException {
        if (offset < 0 || size < 0 || offset > file.size() - size) {
            throw new EOFException("at " + offset);
        }
    }

    private static String text(ByteBuffer names, long offset) throws EOFException {
        if (offset >= names.limit()) {
            throw new EOFException("no name at " + offset);
        }
        int end = (int) offset;
        while (end < names.limit() && names.get(end) != 0) {
            end++;
        }
        return new String(
                names.array(), (int) offset, end - (int) offset, StandardCharsets.ISO_8859_1);
    }
}
