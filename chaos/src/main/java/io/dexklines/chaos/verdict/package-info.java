/** What a run has shown: pure decisions on its evidence. */
package io.dexklines.chaos.verdict;
