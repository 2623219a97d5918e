/** The routes over runs that a daemon's server and the studio share: JSON of their histories. */
package io.troupe.actors.view;
