/**
 * Which way packages depend, for the {@code ArchitectureTest} of each module.
 *
 * <p>In: a module's classes. Out: what breaks the order of packages ({@link
 * io.rangefinder.architecture.PackageOrder}).
 */
package io.rangefinder.architecture;
