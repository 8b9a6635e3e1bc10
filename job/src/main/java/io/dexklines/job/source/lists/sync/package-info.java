/**
 * The command {@code klines lists sync}, which keeps the topics of wallets and follows equal to the
 * answers of a database. A main class of the job's jar, and no part of the job.
 */
package io.dexklines.job.source.lists.sync;
