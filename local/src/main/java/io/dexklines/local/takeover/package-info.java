/** Where the job begins when it replaces another consumer group, and where that one goes on. */
package io.dexklines.local.takeover;
