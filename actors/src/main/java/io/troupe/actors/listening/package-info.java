/**
 * What listens to a run beside it: {@link io.troupe.actors.listening.RunListener} is the seam, and
 * an actor each hears the journal for it.
 */
package io.troupe.actors.listening;
