/** A run's curves, grids and settings as event files that TensorBoard reads. */
package io.troupe.actors.tensorboard;
