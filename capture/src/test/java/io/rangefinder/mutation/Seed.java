package io.rangefinder.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file that mutation begins from.
 *
 * @param name its name, for reports
 * @param bytes what it holds
 */
public record Seed(String name, byte[] bytes) {

    /** Larger ones take longer to change than they are worth. */
    private static final int MOST_BYTES = 1 << 17;

    /**
     * The files below some folders, those named by {@code -Dmutation.seeds=FOLDER} added.
     *
     * @param extension how their names end
     * @param folders where to look
     * @return the files in the order of their paths, large ones left out
     */
    public static List<Seed> below(String extension, String... folders) {
        List<Seed> seeds = new ArrayList<>();
        for (String folder : folders) {
            add(extension, Path.of(folder), seeds);
        }
        String more = System.getProperty("mutation.seeds", "");
        if (!more.isEmpty()) {
            add(extension, Path.of(more), seeds);
        }
        if (seeds.isEmpty()) {
            throw new IllegalStateException("no " + extension + " in " + List.of(folders));
        }
        return seeds;
    }

    private static void add(String extension, Path folder, List<Seed> seeds) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(extension)).sorted().toList()) {
                if (Files.size(file) <= MOST_BYTES) {
                    seeds.add(new Seed(file.getFileName().toString(), Files.readAllBytes(file)));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
