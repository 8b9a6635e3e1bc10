/** The checkpoint or savepoint from which a job without high availability starts. */
package io.dexklines.job.restore;
