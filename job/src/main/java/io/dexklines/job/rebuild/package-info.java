/** Commands that fill a store from another, outside of the job. */
package io.dexklines.job.rebuild;
