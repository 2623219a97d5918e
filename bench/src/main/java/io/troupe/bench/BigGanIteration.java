package io.troupe.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * An iteration of the preset biggan-cifar100 with a given width: four discriminator steps and one
 * generator step of 64 images each, with their Adam updates.
 */
public class BigGanIteration extends GanIteration {
  /** The factor of the networks' widths; 256 is the published one. */
  @Param({"64", "256"})
  public int channels;

  @Override
  String preset() {
    return "biggan-cifar100";
  }

  @Override
  int channels() {
    return channels;
  }

  @Override
  @Benchmark
  public void iterate() {
    super.iterate();
  }
}
