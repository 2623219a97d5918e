/** Plots as PNG files: features in the plane, and values that change with the steps of training. */
package io.troupe.metrics.plots;
