/**
 * The real servers that the job needs, each in a separate process on 127.0.0.1, and the stack that
 * combines them.
 */
package io.dexklines.local.stack;
