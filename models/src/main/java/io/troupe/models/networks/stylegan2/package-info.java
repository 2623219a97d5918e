/**
 * StyleGAN2 (Karras et al., "Analyzing and improving the image quality of StyleGAN", 2020) for
 * small pictures, conditional as in Karras et al., "Training generative adversarial networks with
 * limited data", 2020: the class's embedding joins the latent vector before the mapping network,
 * and the discriminator's logit is its features' product with a mapping of the class.
 */
package io.troupe.models.networks.stylegan2;
