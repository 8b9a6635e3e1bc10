/** The proxy between a browser and Flink's REST API. */
package io.dexklines.access.proxy;
