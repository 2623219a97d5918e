/** Datasets, augmentation and the deterministic batch plan. */
package io.troupe.data;
