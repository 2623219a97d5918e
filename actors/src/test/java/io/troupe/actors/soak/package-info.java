/** A daemon that does everything at once for long, and what it holds meanwhile. */
package io.troupe.actors.soak;
