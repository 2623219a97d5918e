/**
 * What authors of networks see: networks are described once as SameDiff graphs over named inputs,
 * with parameters in one flat vector, and bound to off-heap arrays. A {@link
 * io.troupe.models.graph.ProgramCompiler} makes a {@link io.troupe.models.graph.Program} of them,
 * which is run again and again.
 */
package io.troupe.models.graph;
