/**
 * DCGAN (Radford, Metz and Chintala, "Unsupervised representation learning with deep convolutional
 * generative adversarial networks", 2016).
 */
package io.troupe.models.networks.dcgan;
