/** The publishers' side: authentication, lines out of frames, publications out of lines. */
package io.dexklines.relay.publish;
