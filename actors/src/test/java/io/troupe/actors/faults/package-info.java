/**
 * The fault campaign: runs that are killed, whose disk fails, whose files are damaged, and what
 * must be true of them.
 */
package io.troupe.actors.faults;
