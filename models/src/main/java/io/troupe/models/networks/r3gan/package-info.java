/**
 * R3GAN (Huang et al., "The GAN is dead; long live the GAN! A modern GAN baseline", 2024): residual
 * blocks of grouped convolutions, without normalisation.
 */
package io.troupe.models.networks.r3gan;
