/**
 * Tensors in files of other programs, read without carrying out anything that a file says:
 * PyTorch's archives and older files, pickles of StyleGAN2-ADA, and safetensors.
 */
package io.troupe.models.weights;
