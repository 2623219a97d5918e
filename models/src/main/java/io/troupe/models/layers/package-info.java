/**
 * Layers as functions that add operations to a graph. Pictures are NHWC, convolution weights HWIO,
 * linear weights [in, out]; classes are one-hot rows.
 */
package io.troupe.models.layers;
