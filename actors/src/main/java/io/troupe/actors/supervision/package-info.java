/** How actors are spawned, and what follows when one fails. */
package io.troupe.actors.supervision;
