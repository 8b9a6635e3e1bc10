/** The command {@code klines-access}: who may reach the processes of a deployment. */
package io.dexklines.access;
