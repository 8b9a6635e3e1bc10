/**
 * The lists of smart money: whose trades are looked for, and who follows them. Commands that write
 * to the compacted topics that the job reads.
 */
package io.dexklines.local.wallets;
