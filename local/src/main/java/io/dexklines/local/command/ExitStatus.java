package io.dexklines.local.command;

import java.util.Map;
import java.util.TreeMap;

/** The exit statuses of every command. */
public enum ExitStatus {
    OK(0, "All is well."),
    NO(1, "The answer is no: something that was asked is not so."),
    USAGE(2, "The arguments are invalid."),
    MACHINE(
            3,
            "This machine is in the way: a port in use, Java, the disk, a file or a folder. Also an"
                    + " error that nobody foresaw."),
    SERVER(4, "A server cannot be reached or refuses, or no stack is up.");

    private final int code;
    private final String meaning;

    ExitStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** Returns the number with which the process ends. */
    public int code() {
        return code;
    }

    /** Returns when a command ends with this status, in one or two sentences. */
    public String meaning() {
        return meaning;
    }

    /**
     * Returns the status of a command that failed in a process of its own.
     *
     * @param code the exit status of the process; {@link #MACHINE} for 0 and for that of a signal
     */
    public static ExitStatus ofFailed(int code) {
        return code >= NO.code && code <= SERVER.code ? values()[code] : MACHINE;
    }

    /** Returns the meanings of all statuses by their numbers, for the help of a command. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new TreeMap<>();
        for (ExitStatus status : values()) {
            meanings.put(Integer.toString(status.code), status.meaning);
        }
        return meanings;
    }
}
