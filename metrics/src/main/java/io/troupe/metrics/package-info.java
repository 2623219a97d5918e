/**
 * Feature extractors and distances between the distributions of real and generated images.
 *
 * <p>An extractor turns images into feature vectors, a collector keeps what the chosen metrics need
 * of those, and scores compare two such sets. Nothing here knows where images come from.
 */
package io.troupe.metrics;
