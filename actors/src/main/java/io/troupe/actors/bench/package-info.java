/** Workloads whose speed is measured, and how it is measured: {@code troupe bench}. */
package io.troupe.actors.bench;
