/**
 * Penalties on a network's gradient with respect to its input, exact without differentiating twice
 * in reverse mode (docs/decisions/006). Each is two graphs, run one after the other: the first
 * computes the gradient with respect to the input, the second the penalty and its gradients with
 * respect to the parameters.
 */
package io.troupe.models.penalties;
