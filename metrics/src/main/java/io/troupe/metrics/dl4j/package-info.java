/**
 * Networks of one's own, in DeepLearning4J's or Keras' format, as feature extractors. Nothing of a
 * file is executed or deserialised into objects that it chooses.
 */
package io.troupe.metrics.dl4j;
