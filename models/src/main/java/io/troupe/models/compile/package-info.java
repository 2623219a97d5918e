/**
 * The compiler: reads a graph into a list of operations, replaces and joins some, plans the memory,
 * and makes a kernel of each.
 */
package io.troupe.models.compile;
