/**
 * Feature extractors and distances between the distributions of real and generated pictures.
 *
 * <p>An extractor turns pictures into feature vectors, an accumulator turns those into their mean
 * and covariance, and a distance compares two such statistics. Nothing here knows where pictures
 * come from.
 */
package io.troupe.metrics;
