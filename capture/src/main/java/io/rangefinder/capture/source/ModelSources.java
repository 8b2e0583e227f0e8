package io.rangefinder.capture.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Opens a model by whichever provider takes it. Stateless, hence safe from any thread. */
public final class ModelSources {

    private ModelSources() {}

    private static List<ModelSourceProvider> providers() {
        return Providers.of(ModelSourceProvider.class).stream()
                .sorted(Comparator.comparingInt(ModelSourceProvider::rank))
                .toList();
    }

    /**
     * Opens a model's file.
     *
     * @param file the file
     * @return the model, of which nothing is read yet
     * @throws IOException if the file can't be read
     * @throws IllegalArgumentException if no provider takes it
     */
    public static ModelSource open(Path file) throws IOException {
        for (ModelSourceProvider provider : providers()) {
            if (provider.takes(file)) {
                return provider.open(file);
            }
        }
        throw new IllegalArgumentException(
                file + " is none of what can be read: " + kinds() + "; name one of these");
    }

    /**
     * The ends of the names of all models' files.
     *
     * @return each with its dot, in the order in which they are preferred
     */
    public static List<String> extensions() {
        return providers().stream().flatMap(p -> p.extensions().stream()).distinct().toList();
    }

    /**
     * What models there are.
     *
     * @return a plural for messages
     */
    public static String kinds() {
        return providers().stream()
                .map(ModelSourceProvider::kind)
                .collect(Collectors.joining(" and "));
    }

    /**
     * The model that lies beside another form of it.
     *
     * @param other the other form's file
     * @param stem its name without its extension
     * @return the file of the same name, or of a name that is usual beside it, if there is one
     */
    public static Optional<Path> beside(Path other, String stem) {
        return providers().stream()
                .flatMap(p -> p.namesBeside(stem).stream())
                .map(other::resolveSibling)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
