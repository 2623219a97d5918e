/**
 * The second execution engine: runs compiled graphs by ATen, on the CPU or on a GPU
 * (docs/decisions/023).
 */
package io.troupe.torch;
