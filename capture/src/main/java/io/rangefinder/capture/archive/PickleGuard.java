package io.rangefinder.capture.archive;

import java.nio.charset.StandardCharsets;

/**
 * Walks over a pickle before it is read, so that reading it is safe: each length that it claims
 * must be there, and each class that it names must be one that TorchScript writes ({@code
 * torch/csrc/jit/serialization/pickler.cpp}).
 *
 * <p>The opcodes and their arguments are those of Python's {@code pickletools}.
 */
final class PickleGuard {

    /** Far more than a model of 100,000 tensors has; what they make must fit into memory. */
    private static final int MAX_OPCODES = 4_000_000;

    private final String file;
    private final byte[] pickle;
    private int position;
    private int opcodes;

    PickleGuard(String file, byte[] pickle) {
        this.file = file;
        this.pickle = pickle;
    }

    void check() throws InvalidArchiveException {
        while (position < pickle.length) {
            int at = position;
            if (++opcodes > MAX_OPCODES) {
                throw bad("it is longer than " + MAX_OPCODES + " steps; do not trust this file");
            }
            int opcode = pickle[position++] & 0xff;
            switch (opcode) {
                case '.':
                    return;
                case '(', ')', '0', '1', '2', 'N', 'Q', 'R', 'a', 'b', 'e', 'l', 's', 't':
                case 'u', ']', '}', 0x81, 0x85, 0x86, 0x87, 0x88, 0x89:
                    break;
                case 'K', 'h', 'q', 0x80:
                    skip(1, at);
                    break;
                case 'M':
                    skip(2, at);
                    break;
                case 'J', 'j', 'r':
                    skip(4, at);
                    break;
                case 'G':
                    skip(8, at);
                    break;
                case 'U', 0x8a:
                    skip(length(1, at), at);
                    break;
                case 'X', 'T':
                    skip(length(4, at), at);
                    break;
                case 'c':
                    checkClass(line(at), line(at));
                    break;
                default:
                    throw bad(
                            String.format(
                                    "opcode 0x%02x at byte %d is none that TorchScript writes",
                                    opcode, at));
            }
        }
        throw bad("it ends without a STOP");
    }

    private void checkClass(String module, String name) throws InvalidArchiveException {
        boolean known =
                module.equals("__torch__")
                        || module.startsWith("__torch__.")
                        || module.equals("torch")
                        || module.equals("torch._utils")
                        || module.equals("torch.jit._pickle")
                        || (module.equals("collections") && name.equals("OrderedDict"));
        if (!known) {
            throw bad(
                    "it names the class "
                            + module
                            + "."
                            + name
                            + ", which no TorchScript archive needs; do not trust this file");
        }
    }

    private String line(int at) throws InvalidArchiveException {
        int start = position;
        while (position < pickle.length && pickle[position] != '\n') {
            position++;
        }
        if (position == pickle.length) {
            throw cut(at);
        }
        return new String(pickle, start, position++ - start, StandardCharsets.UTF_8);
    }

    private long length(int bytes, int at) throws InvalidArchiveException {
        int start = position;
        skip(bytes, at);
        long length = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            length = length << 8 | (pickle[start + i] & 0xff);
        }
        return length;
    }

    private void skip(long bytes, int at) throws InvalidArchiveException {
        if (bytes > pickle.length - position) {
            throw cut(at);
        }
        position += (int) bytes;
    }

    private InvalidArchiveException cut(int at) {
        return bad("what begins at byte " + at + " is longer than the file");
    }

    private InvalidArchiveException bad(String problem) {
        return new InvalidArchiveException(file + " is not a pickle of TorchScript: " + problem);
    }
}
