package io.dexklines.local.doctor;

/**
 * What one check found.
 *
 * @param subject what was checked, such as {@code Kafka topic sol-trades}
 * @param message what is so, without a password
 * @param advice what to do about it; empty if nothing is to be done
 */
public record Finding(Level level, String subject, String message, String advice) {

    /** How bad a finding is, from good to bad. */
    public enum Level {
        OK("ok"),
        WARNING("warning"),
        PROBLEM("problem"),
        /** A server that could not be asked, so that more may be wrong with it. */
        UNREACHABLE("problem");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        /** Returns the word that is printed. */
        String word() {
            return word;
        }
    }

    static Finding ok(String subject, String message) {
        return new Finding(Level.OK, subject, message, "");
    }

    static Finding warning(String subject, String message, String advice) {
        return new Finding(Level.WARNING, subject, message, advice);
    }

    static Finding problem(String subject, String message, String advice) {
        return new Finding(Level.PROBLEM, subject, message, advice);
    }

    static Finding unreachable(String subject, String message, String advice) {
        return new Finding(Level.UNREACHABLE, subject, message, advice);
    }

    /** Returns the line that is printed. */
    String line() {
        String text = advice.isEmpty() ? message : message.replaceFirst("[.]$", "") + ": " + advice;
        return "%-7s  %s: %s".formatted(level.word(), subject, text.replaceAll("\\s+", " "));
    }
}
