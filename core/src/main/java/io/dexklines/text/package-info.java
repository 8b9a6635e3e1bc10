/** Text formats that all modules share: decimal numbers and JSON. */
package io.dexklines.text;
