/**
 * BigGAN (Brock, Donahue and Simonyan, "Large scale GAN training for high fidelity natural image
 * synthesis", 2019, appendix C's residual blocks), with the hierarchical latent and self-attention
 * as options.
 */
package io.troupe.models.networks.biggan;
