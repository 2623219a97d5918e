/** Pictures of a generator that is not being trained, as files. */
package io.troupe.actors.sampling;
