/** The continuous check of stores against what the job emits. */
package io.dexklines.job.sink.check;
