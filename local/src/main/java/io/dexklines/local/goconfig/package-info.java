/** Turns the YAML of the Go consumers into the job's configuration. */
package io.dexklines.local.goconfig;
