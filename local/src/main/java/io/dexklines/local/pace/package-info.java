/** Time as those see it who publish: content is made apart from it, so that tests need not wait. */
package io.dexklines.local.pace;
