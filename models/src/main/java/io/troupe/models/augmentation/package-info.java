/** Augmentation of pictures inside graphs, which gradients pass. */
package io.troupe.models.augmentation;
