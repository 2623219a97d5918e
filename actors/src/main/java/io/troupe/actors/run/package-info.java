/**
 * What others know of a run: what may be said to it and what it answers, its status, what may
 * change of its settings, its folder and who holds that. Knows none of the actors.
 */
package io.troupe.actors.run;
