/**
 * Counter-based randomness. Every consumer derives its generator from (seed, stream, step, index),
 * so no generator state is carried from step to step and a checkpoint needs none.
 */
package io.troupe.config.random;
