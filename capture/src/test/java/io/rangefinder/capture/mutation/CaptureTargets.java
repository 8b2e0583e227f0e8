package io.rangefinder.capture.mutation;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.ScriptObject;
import io.rangefinder.capture.archive.StoredTensor;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.files.FileTooLargeException;
import io.rangefinder.capture.hooks.BoundArguments;
import io.rangefinder.capture.hooks.HookInjector;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.InvalidRangesException;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.statistics.InvalidStatisticsException;
import io.rangefinder.capture.torchscript.SourceFile;
import io.rangefinder.capture.torchscript.TorchScriptSyntaxException;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.mutation.ByteMutator;
import io.rangefinder.mutation.MutationTarget;
import io.rangefinder.mutation.Mutator;
import io.rangefinder.mutation.PickleMutator;
import io.rangefinder.mutation.Seed;
import io.rangefinder.mutation.WordMutator;
import io.rangefinder.mutation.ZipMutator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;

/** Readers of archives and of ranges. */
public final class CaptureTargets implements MutationTarget.Suite {

    /** What TorchScript's code may hold that a model's has not. */
    private static final String[] CODE = {
        "[]",
        "()",
        "{}",
        "x[]",
        "None",
        "True",
        "self",
        "Tensor",
        "Optional",
        "List",
        "Dict",
        "Tuple",
        "Any",
        "torch",
        "annotate",
        "uninitialized",
        "unchecked_cast",
        "getattr",
        "*",
        "return",
        "if",
        "else",
        "for",
        "while",
        "in",
        "not",
        "is",
        "pass",
        "break",
        "continue",
        "def",
        "class",
        "lambda",
        "\n",
        ":",
        ",",
        "(",
        ")",
        "[",
        "]",
        "=",
        ".",
        "\"\"",
        "\"\\x\"",
        "CONSTANTS",
        "ops",
        "__torch__",
        "forward",
        "range",
        "1.2.3"
    };

    private static final String FIXTURES = "src/test/resources/torchscript";
    private static final String HOSTILE = "src/test/resources/hostile";

    private static final List<Class<? extends Exception>> ARCHIVES =
            List.of(
                    InvalidArchiveException.class,
                    TorchScriptSyntaxException.class,
                    ZipException.class);

    private static final List<Class<? extends Exception>> RANGES =
            List.of(
                    InvalidRangesException.class,
                    InvalidStatisticsException.class,
                    FileTooLargeException.class);

    @Override
    public List<MutationTarget> targets() throws IOException {
        List<Seed> archives = Seed.below(".pt", FIXTURES, HOSTILE);
        WordMutator code = new WordMutator(CODE);
        Mutator anything = ZipMutator.ofArchives(code);
        Mutator pickle =
                new ZipMutator(name -> name.endsWith(".pkl") ? new PickleMutator() : same());
        Mutator words = new ZipMutator(name -> name.endsWith(".py") ? code : same());
        return List.of(
                new MutationTarget(
                        "archive", 8, ".pt", archives, anything, this::archive, ARCHIVES),
                new MutationTarget("pickle", 12, ".pt", archives, pickle, this::archive, ARCHIVES),
                new MutationTarget("code", 10, ".py", code(archives), code, this::code, ARCHIVES),
                new MutationTarget("hooks", 14, ".pt", archives, words, this::hooks, ARCHIVES),
                ranges(".ranges", RangeTexts.RANGES),
                ranges(".txt", RangeTexts.LINES),
                ranges(".cache", RangeTexts.CACHE),
                ranges(".json", RangeTexts.STATISTICS));
    }

    private static Mutator same() {
        return (bytes, random) -> bytes;
    }

    private static List<Seed> code(List<Seed> archives) throws IOException {
        List<Seed> files = new ArrayList<>();
        Path file = Files.createTempFile("seed", ".pt");
        for (Seed seed : archives) {
            Files.write(file, seed.bytes());
            try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
                for (SourceFile source : archive.program().files().values()) {
                    files.add(
                            new Seed(
                                    seed.name(),
                                    source.text().getBytes(StandardCharsets.ISO_8859_1)));
                }
            } catch (MalformedModelException e) {
                // One of the hostile ones, which is a seed as an archive.
                continue;
            }
        }
        Files.delete(file);
        return files;
    }

    private static MutationTarget ranges(String extension, String text) {
        List<Seed> seeds = List.of(new Seed("small", text.getBytes(StandardCharsets.UTF_8)));
        Mutator mutator =
                Mutator.anyOf(
                        new WordMutator(
                                ":",
                                "#",
                                "\n",
                                "\"",
                                "{",
                                "}",
                                "[",
                                "]",
                                ",",
                                "null",
                                "nan",
                                "inf",
                                "-inf",
                                "\0",
                                "# inputs:",
                                "# method:",
                                "# model:",
                                "# date:",
                                "TRT-",
                                "7f800000",
                                "7fc00000",
                                "ffffffff",
                                " "),
                        new ByteMutator());
        return new MutationTarget(
                "ranges" + extension,
                2,
                extension,
                seeds,
                mutator,
                (file, seed) -> RangeFiles.read(file),
                RANGES);
    }

    private void archive(Path file, String seed) throws Exception {
        try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
            TorchScriptProgram program = archive.program();
            Set<ScriptObject> seen =
                    java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
            storages(archive, program.root(), seen);
        }
    }

    private static void storages(
            TorchScriptArchive archive, ScriptObject object, Set<ScriptObject> seen)
            throws Exception {
        if (!seen.add(object)) {
            return;
        }
        for (Object value : object.attributes().values()) {
            if (value instanceof StoredTensor tensor) {
                try (InputStream in = archive.storage(tensor.key())) {
                    in.readNBytes(1 << 10);
                }
            } else if (value instanceof ScriptObject child) {
                storages(archive, child, seen);
            }
        }
    }

    private void code(Path file, String seed) throws Exception {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        SourceFile.parse(file.toString(), text);
    }

    private void hooks(Path file, String seed) throws Exception {
        try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
            HookInjector injector = new HookInjector(SchemaTable.ofPyTorch());
            TorchScriptProgram program = archive.program();
            injector.mark(program, BoundArguments.NONE);
            injector.inject(program, BoundArguments.NONE, PointFilter.all(), PointFilter.none());
        } catch (InvalidArchiveException e) {
            // Of a program it is not known which file it came from; who read it says so.
            throw new InvalidArchiveException(file + ": " + e.getMessage(), e);
        }
    }
}
