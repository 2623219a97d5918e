/**
 * What trains: the actors that prefetch and augment pictures, train, and keep the moving average.
 * They share state that only a checkpoint restores, so they fail and restart as one.
 */
package io.troupe.actors.loop;
