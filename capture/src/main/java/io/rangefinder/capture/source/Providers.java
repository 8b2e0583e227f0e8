package io.rangefinder.capture.source;

import java.util.List;
import java.util.ServiceLoader;

/** What jars on the class path add. Stateless, hence safe from any thread. */
public final class Providers {

    private Providers() {}

    /**
     * Finds all providers of a service.
     *
     * @param <T> the service
     * @param service what they implement
     * @return a new object of each
     */
    public static <T> List<T> of(Class<T> service) {
        return ServiceLoader.load(service, loader(service)).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
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
