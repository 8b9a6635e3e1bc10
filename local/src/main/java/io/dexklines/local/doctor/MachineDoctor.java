package io.dexklines.local.doctor;

import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.nio.file.Path;

/** Examines whether this machine can run the local stack. */
public final class MachineDoctor {

    private MachineDoctor() {}

    /**
     * Examines this machine and changes nothing on it.
     *
     * @param folder the folder of the stack, which need not exist
     * @throws IOException if the machine cannot be read
     */
    public static Diagnosis examine(ProjectHome home, Path folder)
            throws IOException, InterruptedException {
        return new Diagnosis(MachineChecks.findings(MachineProbe.read(home, folder)));
    }
}
