package io.rangefinder.engine.child;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The class path of a child JVM, made of where classes of this one come from. Stateless. */
public final class ChildClassPath {

    private ChildClassPath() {}

    /**
     * The jars and folders that classes lie in.
     *
     * @param types a class of each
     * @return a class path, or empty if one lies in a jar within a jar, which java can't be started
     *     with
     */
    public static Optional<String> of(List<Class<?>> types) {
        List<String> places = new ArrayList<>();
        for (Class<?> type : types) {
            try {
                Path place =
                        Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
                if (!Files.exists(place)) {
                    return Optional.empty();
                }
                places.add(place.toString());
            } catch (URISyntaxException
                    | IllegalArgumentException
                    | FileSystemNotFoundException e) {
                return Optional.empty();
            }
        }
        return Optional.of(String.join(File.pathSeparator, places));
    }
}
