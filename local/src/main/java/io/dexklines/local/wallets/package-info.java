/** The commands that change the lists of smart-money wallets and their followers. */
package io.dexklines.local.wallets;
