/** The production graph with one deliberate fault each: the verdict must find every one. */
package io.dexklines.chaos.control;
