/** The command {@code klines}: one class a subcommand. */
package io.dexklines.local;
