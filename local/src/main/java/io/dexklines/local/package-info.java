/** The {@code klines} command: runs dex-klines on one machine and works with its data. */
package io.dexklines.local;
