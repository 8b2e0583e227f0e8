package io.rangefinder.mutation;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes without knowing what they mean. */
public final class ByteMutator implements Mutator {

    private static final byte[] ODD = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, ' ', '\n', '0', '-'};

    /** A copy without a part, with a part twice, with other bytes, or cut short. */
    @Override
    public byte[] mutate(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {ODD[random.nextInt(ODD.length)]};
        }
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(8));
        switch (random.nextInt(8)) {
            case 0:
                return joined(bytes, from, bytes, to);
            case 1:
                return joined(bytes, to, bytes, from);
            case 2:
                return Arrays.copyOf(bytes, from);
            case 3:
                byte[] filled = bytes.clone();
                Arrays.fill(filled, from, to, ODD[random.nextInt(ODD.length)]);
                return filled;
            case 4:
                byte[] flipped = bytes.clone();
                flipped[from] ^= (byte) (1 << random.nextInt(8));
                return flipped;
            default:
                byte[] changed = bytes.clone();
                changed[from] =
                        random.nextBoolean()
                                ? ODD[random.nextInt(ODD.length)]
                                : (byte) random.nextInt(256);
                return changed;
        }
    }

    /** The first {@code end} bytes of one, then another from {@code start} on. */
    static byte[] joined(byte[] head, int end, byte[] tail, int start) {
        byte[] all = Arrays.copyOf(head, end + tail.length - start);
        System.arraycopy(tail, start, all, end, tail.length - start);
        return all;
    }
}
