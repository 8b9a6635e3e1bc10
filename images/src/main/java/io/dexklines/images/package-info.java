/** The command that makes container images of the shipped jars: recipes, release, builder. */
package io.dexklines.images;
