/**
 * Feature extractors and distances between the distributions of real and generated pictures.
 *
 * <p>An extractor turns pictures into feature vectors, a collector keeps what the chosen metrics
 * need of those, and scores compare two such sets. Nothing here knows where pictures come from.
 */
package io.troupe.metrics;
