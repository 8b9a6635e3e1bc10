/** The tokens of users: JSON Web Tokens, their keys, their revocation and their issuing. */
package io.dexklines.relay.token;
