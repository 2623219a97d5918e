/** The choice of a feature extractor by name. */
package io.troupe.metrics.extractors;
