package io.dexklines.local.doctor;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.doctor.Finding.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * All findings of an examination.
 *
 * @param findings in the order in which they are printed
 */
public record Diagnosis(List<Finding> findings) {

    /** Returns a line for each finding, and the verdict as the last one. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(findings.stream().map(Finding::line).toList());
        lines.add(
                "VERDICT %s ok=%d warnings=%d problems=%d"
                        .formatted(
                                isGood() ? "ready" : "not-ready",
                                count(Level.OK),
                                count(Level.WARNING),
                                count(Level.PROBLEM) + count(Level.UNREACHABLE)));
        return lines;
    }

    /**
     * Returns {@link ExitStatus#SERVER} if a server could not be asked, else {@link ExitStatus#NO}
     * if there is a problem, else {@link ExitStatus#OK}.
     */
    public ExitStatus status() {
        if (count(Level.UNREACHABLE) > 0) {
            return ExitStatus.SERVER;
        }
        return isGood() ? ExitStatus.OK : ExitStatus.NO;
    }

    private boolean isGood() {
        return count(Level.PROBLEM) + count(Level.UNREACHABLE) == 0;
    }

    private long count(Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
