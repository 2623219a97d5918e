/**
 * Workloads whose speed is measured: each is a benchmark of JMH, and {@link
 * io.troupe.bench.Lockstep} runs one in turn with other programs.
 */
package io.troupe.bench;
