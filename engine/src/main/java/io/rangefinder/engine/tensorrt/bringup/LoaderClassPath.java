package io.rangefinder.engine.tensorrt.bringup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** What a class loader sees. */
record LoaderClassPath(ClassLoader loader) implements ClassPath {

    @Override
    public boolean holds(String resource) {
        return loader.getResource(resource) != null;
    }

    @Override
    public Set<String> versions(String artifact) {
        String name = "META-INF/maven/org.bytedeco/" + artifact + "/pom.properties";
        Set<String> versions = new TreeSet<>();
        try {
            for (URL url : Collections.list(loader.getResources(name))) {
                Properties properties = new Properties();
                try (InputStream in = url.openStream()) {
                    properties.load(in);
                }
                versions.add(properties.getProperty("version", "unknown"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a jar on the class path cannot be read", e);
        }
        return versions;
    }
}
