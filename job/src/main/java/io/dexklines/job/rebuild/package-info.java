/** A command that fills Redis from MySQL, outside of the job. */
package io.dexklines.job.rebuild;
