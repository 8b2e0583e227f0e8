/**
 * Files that are written whole or not at all.
 *
 * <p>Whatever Rangefinder writes for a user goes through {@link
 * io.rangefinder.capture.files.AtomicFile}. Depends on nothing else of Rangefinder.
 */
package io.rangefinder.capture.files;
