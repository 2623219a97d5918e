/** Forward-mode differentiation: tangents are added to a graph. */
package io.troupe.models.autodiff;
