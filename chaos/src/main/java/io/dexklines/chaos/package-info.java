/** The command that proves the job under fire: input, faults, watchers and the verdict. */
package io.dexklines.chaos;
