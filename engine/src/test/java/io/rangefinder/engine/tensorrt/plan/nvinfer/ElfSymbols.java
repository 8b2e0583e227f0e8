package io.rangefinder.engine.tensorrt.plan.nvinfer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Reads the dynamic symbols that a 64-bit ELF library defines (System V ABI, ELF-64). */
final class ElfSymbols {

    private static final int DYNAMIC_SYMBOLS = 11;

    private ElfSymbols() {}

    static Set<String> exported(byte[] library) {
        ByteBuffer elf = ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN);
        if (elf.getInt(0) != 0x464c457f || elf.get(4) != 2) {
            throw new IllegalArgumentException("no 64-bit ELF file");
        }
        int sections = (int) elf.getLong(0x28);
        int size = elf.getShort(0x3a);
        int count = elf.getShort(0x3c);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            int section = sections + i * size;
            if (elf.getInt(section + 4) == DYNAMIC_SYMBOLS) {
                int strings =
                        (int) elf.getLong(sections + elf.getInt(section + 0x28) * size + 0x18);
                int from = (int) elf.getLong(section + 0x18);
                int length = (int) elf.getLong(section + 0x20);
                for (int symbol = from; symbol < from + length; symbol += 24) {
                    boolean defined = elf.getShort(symbol + 6) != 0;
                    if (defined) {
                        names.add(text(library, strings + elf.getInt(symbol)));
                    }
                }
            }
        }
        return names;
    }

    private static String text(byte[] bytes, int from) {
        int to = from;
        while (bytes[to] != 0) {
            to++;
        }
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }
}
