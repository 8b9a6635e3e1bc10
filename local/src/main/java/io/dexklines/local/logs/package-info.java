/** The log files of a stack, and reading them to their growing ends. */
package io.dexklines.local.logs;
