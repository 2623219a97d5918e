/**
 * The HTTP face of a run: routes, access rules and event streams of the control server, and the
 * client that the command line uses.
 */
package io.troupe.actors.control;
