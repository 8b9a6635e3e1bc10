/** References to secrets that are resolved where they are used. */
package io.dexklines.secret;
