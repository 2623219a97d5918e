/** Scores of snapshots while training goes on. */
package io.troupe.actors.evaluation;
