/** Smart-money decisions: the wallet filter, hits, notifications and wallet clusters. */
package io.dexklines.smartmoney;
