package io.rangefinder.capture.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Tells a TorchScript archive from the other things that are called {@code .pt}. */
final class FileKind {

    private FileKind() {}

    static void requireZip(Path file) throws IOException, InvalidArchiveException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(8);
        }
        if (head.length >= 4 && head[0] == 'P' && head[1] == 'K' && head[2] < 8) {
            return;
        }
        if (head.length >= 2 && (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5) {
            throw new InvalidArchiveException(
                    file
                            + " is a pickle, as old torch.save writes an eager model or its"
                            + " weights; save it with torch.jit.trace(model, example).save(…) or"
                            + " torch.jit.script(model).save(…)");
        }
        throw new InvalidArchiveException(
                file
                        + (head.length == 0 ? " is empty" : " is not a zip file")
                        + ", so not a TorchScript archive; save the model with"
                        + " torch.jit.trace(model, example).save(…)");
    }

    static void requireTorchScript(Path file, String root, Set<String> names)
            throws InvalidArchiveException {
        boolean code = names.stream().anyMatch(n -> n.startsWith(root + "/code/"));
        if (code && names.contains(root + "/data.pkl")) {
            return;
        }
        boolean exported =
                names.stream()
                        .anyMatch(
                                n ->
                                        n.endsWith("archive_format")
                                                || n.endsWith("serialized_exported_program.json")
                                                || n.contains("/models/model.json"));
        if (exported) {
            throw new InvalidArchiveException(
                    file
                            + " is a .pt2 of torch.export, which holds no TorchScript code; save"
                            + " the model with torch.jit.trace(model, example).save(…)");
        }
        if (names.contains(root + "/data.pkl")) {
            throw new InvalidArchiveException(
                    file
                            + " is an eager checkpoint of torch.save: weights without code; load it"
                            + " in Python and save it with torch.jit.trace(model,"
                            + " example).save(…)");
        }
        throw new InvalidArchiveException(
                file
                        + " is a zip file but no TorchScript archive: it has no "
                        + root
                        + "/data.pkl");
    }
}
