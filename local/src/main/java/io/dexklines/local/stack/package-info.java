/**
 * The servers that the job talks to, each a real one in a process of its own, and the stack that
 * puts them together. Every server binds to 127.0.0.1 only, lives in a folder of its own, can be
 * killed and restarted on its port and data, and never outlives the JVM that started it.
 */
package io.dexklines.local.stack;
