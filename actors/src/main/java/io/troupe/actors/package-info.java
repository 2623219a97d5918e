/**
 * The company: the daemon and the actors that hold a run, each with its protocol.
 *
 * <p>{@link io.troupe.actors.Daemon} is the guardian that wires all others; reading it first shows
 * who says what to whom.
 */
package io.troupe.actors;
