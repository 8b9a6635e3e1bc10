/** The interface of all sinks, and what several of them share. */
package io.dexklines.job.sink;
