/** Fills one destination from another, by hand and outside of the job. */
package io.dexklines.job.rebuild;
