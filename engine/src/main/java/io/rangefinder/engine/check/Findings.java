package io.rangefinder.engine.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gathers findings, at most so many that a hostile model cannot exhaust the memory. For one use.
 */
final class Findings {

    static final int MOST = 1000;

    private final List<Finding> findings = new ArrayList<>();
    private final Set<List<String>> seen = new HashSet<>();
    private String rule = "";

    /** Names the rule of the findings that follow. */
    void begin(Rule next) {
        rule = next.name();
    }

    void error(String layer, String tensor, String problem, String remedy) {
        add(new Finding(Severity.ERROR, rule, layer, tensor, problem, remedy));
    }

    void warning(String layer, String tensor, String problem, String remedy) {
        add(new Finding(Severity.WARNING, rule, layer, tensor, problem, remedy));
    }

    void add(Severity severity, String layer, String tensor, String problem, String remedy) {
        add(new Finding(severity, rule, layer, tensor, problem, remedy));
    }

    private void add(Finding finding) {
        // Q and its DQ mostly have the same thing wrong: one finding for both.
        boolean known =
                !finding.tensor().isEmpty()
                        && !seen.add(List.of(rule, finding.layer(), finding.tensor()));
        if (known) {
            return;
        }
        if (findings.size() < MOST) {
            findings.add(finding);
        } else if (findings.size() == MOST) {
            findings.add(
                    new Finding(
                            Severity.ERROR,
                            finding.rule(),
                            "",
                            "",
                            "more than " + MOST + " findings",
                            "mend those above and check again"));
        }
    }

    boolean isFull() {
        return findings.size() > MOST;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
