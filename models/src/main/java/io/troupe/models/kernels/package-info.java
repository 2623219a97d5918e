/**
 * Kernels of our own on off-heap float memory: convolutions through oneDNN, directly, by Winograd's
 * minimal filtering, or by Toom and Cook's with larger tiles. They know addresses and shapes, not
 * graphs.
 */
package io.troupe.models.kernels;
