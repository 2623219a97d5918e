/**
 * Graphs and how they run: networks are described once as SameDiff graphs over named inputs, bound
 * to off-heap arrays, and compiled into a {@link io.troupe.models.graph.Program} that is run again
 * and again.
 */
package io.troupe.models.graph;
