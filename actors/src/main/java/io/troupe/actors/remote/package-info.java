/** Work that other nodes of a fleet do for a run, as the run and the worker see it. */
package io.troupe.actors.remote;
