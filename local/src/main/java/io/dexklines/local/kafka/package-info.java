/** How the commands reach Kafka: addresses and logins. */
package io.dexklines.local.kafka;
