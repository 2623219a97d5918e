/**
 * The Inception-v3 network of 2015-12-05, whose features are those of the FID and whose classes are
 * those of the Inception score: its layers, its weights' file formats, and its resize.
 */
package io.troupe.metrics.inception;
