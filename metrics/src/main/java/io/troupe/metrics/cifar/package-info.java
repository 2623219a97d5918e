/**
 * A small classifier of CIFAR-100's superclasses: features and class scores of 32x32 images for
 * which nothing has to be downloaded, and how it was trained.
 */
package io.troupe.metrics.cifar;
