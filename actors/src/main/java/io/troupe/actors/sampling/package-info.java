/** Pictures of generators as files: of snapshots while training goes on, and of checkpoints. */
package io.troupe.actors.sampling;
