package io.troupe.actors.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs that differ in some settings.
 *
 * @param keys the settings that differ
 * @param rungs the scores at each rung's step, by run; only with halving
 * @param tabled whether its table has been written
 */
public record Sweep(
    String name,
    List<String> keys,
    Optional<Halving> halving,
    Map<Long, Map<String, Double>> rungs,
    boolean tabled) {
  Sweep withTable() {
    return new Sweep(name, keys, halving, rungs, true);
  }

  Sweep withRungs(Map<Long, Map<String, Double>> changed) {
    return new Sweep(name, keys, halving, changed, tabled);
  }
}
