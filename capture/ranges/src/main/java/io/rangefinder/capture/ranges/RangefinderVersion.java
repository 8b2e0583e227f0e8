package io.rangefinder.capture.ranges;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of Rangefinder that runs, which everything that it writes carries. */
public final class RangefinderVersion {

    private static final String RESOURCE = "version.properties";

    private RangefinderVersion() {}

    /**
     * The version, from a resource that the build fills in: a jar's manifest is lost where jars are
     * put together into one.
     *
     * @return a version such as {@code 0.1.0}
     */
    public static String current() {
        try (InputStream in = RangefinderVersion.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        RESOURCE + " is missing beside " + RangefinderVersion.class.getName());
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
