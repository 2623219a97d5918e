/** What discriminator and generator minimise, as functions of the logits. */
package io.troupe.models.losses;
