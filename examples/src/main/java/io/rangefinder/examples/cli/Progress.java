package io.rangefinder.examples.cli;

import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on stderr if a person sees it, nothing if it is piped. */
public final class Progress implements AutoCloseable {

    private final Optional<ProgressBar> bar;

    private Progress(Optional<ProgressBar> bar) {
        this.bar = bar;
    }

    /**
     * Starts at 0.
     *
     * @param task what is done, a word
     * @param unit what is counted
     * @param total how many there are
     * @return the bar, to be closed when the work ends
     */
    public static Progress start(String task, String unit, long total) {
        if (!Terminal.showsStandardError()) {
            return new Progress(Optional.empty());
        }
        return new Progress(
                Optional.of(
                        new ProgressBarBuilder()
                                .setTaskName(task)
                                .setInitialMax(total)
                                .setUnit(" " + unit, 1)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                                .build()));
    }

    /**
     * Goes on.
     *
     * @param steps how many more are done
     */
    public void add(long steps) {
        bar.ifPresent(b -> b.stepBy(steps));
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
    }
}
