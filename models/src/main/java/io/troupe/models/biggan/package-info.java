/**
 * BigGAN at 32x32 (Brock, Donahue and Simonyan, "Large scale GAN training for high fidelity natural
 * image synthesis", 2019; appendix C's residual blocks without the hierarchical latent).
 */
package io.troupe.models.biggan;
