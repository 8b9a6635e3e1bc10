/** The options of the job, and the settings that are read from them. */
package io.dexklines.job.config;
