/** The stage that detects trades of smart-money wallets, notifies followers and finds clusters. */
package io.dexklines.operator.smartmoney;
