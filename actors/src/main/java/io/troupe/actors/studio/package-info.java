/** The studio: one page over all runs below a folder, alive or not. */
package io.troupe.actors.studio;
