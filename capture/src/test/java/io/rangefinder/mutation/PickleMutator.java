package io.rangefinder.mutation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Drops, doubles, swaps and replaces the steps of a pickle, and changes what they carry. */
public final class PickleMutator implements Mutator {

    /** Steps that TorchScript's pickles are made of. */
    private static final List<String> STEPS =
            List.of(
                    "(",
                    ")",
                    "0",
                    "1",
                    "2",
                    "N",
                    "Q",
                    "R",
                    "a",
                    "b",
                    "e",
                    "l",
                    "s",
                    "t",
                    "u",
                    "]",
                    "}",
                    "\u0081",
                    "\u0085",
                    "\u0086",
                    "\u0087",
                    "\u0088",
                    "\u0089",
                    ".",
                    "K\u0000",
                    "K\u00ff",
                    "M\u00ff\u00ff",
                    "J\u00ff\u00ff\u00ff\u00ff",
                    "J\u0000\u0000\u0000\u0080",
                    "G\u007f\u00f8\0\0\0\0\0\0",
                    "h\u0000",
                    "h\u00ff",
                    "q\u0000",
                    "X\0\0\0\0",
                    "X\u0001\0\0\0a",
                    "\u008a\u0000",
                    "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
                    "\u008a\u0009\0\0\0\0\0\0\0\0\u0001",
                    "ctorch._utils\n_rebuild_tensor_v2\n",
                    "ctorch.jit._pickle\nbuild_intlist\n",
                    "ctorch\nFloatStorage\n",
                    "ccollections\nOrderedDict\n",
                    "c__torch__\nM\n",
                    "ctorch\ndevice\n");

    private final Mutator within = new ByteMutator();

    @Override
    public byte[] mutate(byte[] bytes, Random random) {
        List<byte[]> steps = steps(bytes);
        int at = random.nextInt(steps.size());
        int other = random.nextInt(steps.size());
        byte[] odd = STEPS.get(random.nextInt(STEPS.size())).getBytes(StandardCharsets.ISO_8859_1);
        switch (random.nextInt(7)) {
            case 0 -> steps.remove(at);
            case 1 -> steps.add(at, steps.get(other));
            case 2 -> Collections.swap(steps, at, other);
            case 3 -> steps.add(at, odd);
            case 4 -> steps.set(at, odd);
            case 5 -> steps.set(at, steps.get(other));
            default -> steps.set(at, within.mutate(steps.get(at), random));
        }
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        steps.forEach(changed::writeBytes);
        return changed.toByteArray();
    }

    private static List<byte[]> steps(byte[] pickle) {
        List<byte[]> steps = new ArrayList<>();
        for (int at = 0; at < pickle.length; ) {
            int end = Math.min(Math.max(at + 1, at + length(pickle, at)), pickle.length);
            steps.add(Arrays.copyOfRange(pickle, at, end));
            at = end;
        }
        if (steps.isEmpty()) {
            steps.add(new byte[] {'.'});
        }
        return steps;
    }

    private static int length(byte[] pickle, int at) {
        return switch (pickle[at] & 0xff) {
            case 'K', 'h', 'q', 0x80 -> 2;
            case 'M' -> 3;
            case 'J', 'j', 'r' -> 5;
            case 'G' -> 9;
            case 'U', 0x8a -> 2 + byteAt(pickle, at + 1);
            case 'X', 'T' -> 5 + byteAt(pickle, at + 1) + (byteAt(pickle, at + 2) << 8);
            case 'c' -> lineEnd(pickle, lineEnd(pickle, at)) - at;
            default -> 1;
        };
    }

    private static int byteAt(byte[] pickle, int at) {
        return at < pickle.length ? pickle[at] & 0xff : 0;
    }

    private static int lineEnd(byte[] pickle, int from) {
        int at = from;
        while (at < pickle.length && pickle[at] != '\n') {
            at++;
        }
        return at + 1;
    }
}
