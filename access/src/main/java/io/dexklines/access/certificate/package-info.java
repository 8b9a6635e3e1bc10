/** Certificates of one deployment, issued by an authority that exists only while it issues them. */
package io.dexklines.access.certificate;
