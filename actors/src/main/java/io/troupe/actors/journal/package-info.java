/** A run's journal, events.jsonl, and the tables and plots that are made from it. */
package io.troupe.actors.journal;
