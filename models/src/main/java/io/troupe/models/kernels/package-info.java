/**
 * Kernels of our own on off-heap float memory: convolutions through oneDNN, directly or by
 * Winograd's minimal filtering. They know addresses and shapes, not graphs.
 */
package io.troupe.models.kernels;
