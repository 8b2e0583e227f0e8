package io.rangefinder.capture.source;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What jars on the class path add. Stateless, hence safe from any thread. */
public final class Providers {

    private static final Logger logger = LoggerFactory.getLogger(Providers.class);

    private Providers() {}

    /**
     * Finds all providers of a service.
     *
     * @param <T> the service
     * @param service what they implement
     * @return a new object of each
     * @throws ServiceConfigurationError if one can't be made
     */
    public static <T> List<T> of(Class<T> service) {
        return ServiceLoader.load(service, loader(service)).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /**
     * Finds what an application adds to what is there anyway, so that one that is broken is no
     * reason to fail: it is warned of, and it and those behind it are left out.
     *
     * @param <T> the service
     * @param service what they implement
     * @param what what they are, for the warning, such as {@code backends}
     * @return a new object of each that can be used
     */
    public static <T> List<T> usable(Class<T> service, String what) {
        List<T> found = new ArrayList<>();
        try {
            ServiceLoader.load(service, loader(service)).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            logger.warn("not all {} of the application can be used: {}", what, e.getMessage(), e);
        }
        return found;
    }

    /**
     * The thread's class loader, which sees what the application adds; unless the thread is one of
     * a pool whose loader does not see Rangefinder, or sees another copy of it.
     */
    private static ClassLoader loader(Class<?> service) {
        ClassLoader own = service.getClassLoader();
        ClassLoader threads = Thread.currentThread().getContextClassLoader();
        try {
            boolean same =
                    threads != null && Class.forName(service.getName(), false, threads) == service;
            return same ? threads : own;
        } catch (ClassNotFoundException e) {
            return own;
        }
    }
}
