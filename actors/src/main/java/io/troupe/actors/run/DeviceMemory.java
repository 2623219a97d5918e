package io.troupe.actors.run;

import java.util.OptionalLong;

/**
 * The memory that an engine computes in, if that is its own.
 *
 * @param device {@code compute.device}
 * @param freeBytes what the device has free; empty of the CPU
 * @param plannedBytes of intermediate results
 * @param keptBytes of networks, moments, averages and all else that stays there
 * @param crossedBytes between it and the host's memory, since the daemon began
 */
public record DeviceMemory(
    String device, OptionalLong freeBytes, long plannedBytes, long keptBytes, long crossedBytes) {}
