/**
 * Files that are written whole or not at all, and read within bounds.
 *
 * <p>Whatever Rangefinder writes for a user goes through {@link
 * io.rangefinder.capture.files.AtomicFile}; what it reads from strangers, through {@link
 * io.rangefinder.capture.files.BoundedFile}. Depends on nothing else of Rangefinder.
 */
package io.rangefinder.capture.files;
