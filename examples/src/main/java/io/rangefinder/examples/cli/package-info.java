/**
 * What the verbs of the command line share: options, one line for what goes wrong, a progress bar.
 *
 * <p>In: words of a command line and exceptions. Out: checked paths, lines for a person, exit
 * status. Verbs depend on it; it depends on no verb.
 */
package io.rangefinder.examples.cli;
