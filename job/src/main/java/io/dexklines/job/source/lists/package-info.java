/** The source of smart-money wallets and their followers. */
package io.dexklines.job.source.lists;
