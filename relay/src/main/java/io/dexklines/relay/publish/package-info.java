/** Publishers' connections: authentication, and parsing of frames into publications. */
package io.dexklines.relay.publish;
