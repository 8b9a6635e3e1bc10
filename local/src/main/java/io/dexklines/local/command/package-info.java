/** What all commands share: how they report errors, and their exit statuses. */
package io.dexklines.local.command;
