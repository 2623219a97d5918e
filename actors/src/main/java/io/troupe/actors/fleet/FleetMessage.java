package io.troupe.actors.fleet;

/**
 * What goes from node to node. Each is a record of texts, numbers, truths, enums, actors, streams,
 * lists, maps, optionals and records of the same; {@link FleetSerializer} writes it.
 */
interface FleetMessage {}
