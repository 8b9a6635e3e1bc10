/** What watches a run from outside: clients, topics and the cluster. */
package io.dexklines.chaos.watch;
