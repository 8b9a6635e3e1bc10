/** The page with the chart: what a browser is sent, and with which permissions. */
package io.dexklines.relay.page;
