/**
 * The company of a run: its start, the daemon that wires all actors, and the run's end.
 *
 * <p>{@link io.troupe.actors.daemon.Daemon} is the guardian; reading it first shows who says what
 * to whom.
 */
package io.troupe.actors.daemon;
