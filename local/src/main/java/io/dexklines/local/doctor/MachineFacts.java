package io.dexklines.local.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of this machine.
 *
 * @param javaVersion the feature version of the Java that runs this command, such as 17
 * @param hasCompiler whether that Java is a JDK
 * @param maven the version of Maven on the PATH; empty if there is none
 * @param isBuilt whether the project is built, so that Maven is not needed now
 * @param ports the ports of the default stack
 * @param stack the process of a stack that is up or starting in the folder; empty for none
 * @param totalMb the memory of the machine or container, in MiB
 * @param availableMb the part of it that processes can still get, in MiB
 * @param folder the folder of the stack
 * @param isWritable whether the stack can create its folder or write to it
 * @param freeDiskMb the free space there, in MiB
 * @param openFiles how many files a process may have open; empty if unknown
 * @param browser the program for the browser tests; empty if there is none
 */
record MachineFacts(
        int javaVersion,
        boolean hasCompiler,
        Optional<String> maven,
        boolean isBuilt,
        List<Port> ports,
        OptionalLong stack,
        long totalMb,
        long availableMb,
        Path folder,
        boolean isWritable,
        long freeDiskMb,
        OptionalLong openFiles,
        Optional<Path> browser) {

    /**
     * A port that a stack with default options needs.
     *
     * @param server who needs it, such as {@code the relay}
     * @param flag the option that changes it
     * @param use who has it
     */
    record Port(int number, String server, String flag, Use use) {}

    /**
     * Who has a port.
     *
     * @param isFree whether nobody has it
     * @param byStack whether a stack of the folder has it
     * @param process its process, such as {@code process 123 (nginx)}; empty if it cannot be seen
     */
    record Use(boolean isFree, boolean byStack, Optional<String> process) {

        static final Use FREE = new Use(true, false, Optional.empty());
        static final Use BY_STACK = new Use(false, true, Optional.empty());

        static Use by(Optional<String> process) {
            return new Use(false, false, process);
        }
    }
}
