/** The training step: latent vectors, and the programs of both networks. */
package io.troupe.models.training;
