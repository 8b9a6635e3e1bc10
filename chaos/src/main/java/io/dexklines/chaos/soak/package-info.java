/** What the processes of a cluster use over a long run: samples, their growth, and plots. */
package io.dexklines.chaos.soak;
