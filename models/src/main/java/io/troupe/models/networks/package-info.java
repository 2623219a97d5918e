/** The pairs of networks that can be trained, under one face. */
package io.troupe.models.networks;
