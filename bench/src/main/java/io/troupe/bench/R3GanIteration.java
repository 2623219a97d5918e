package io.troupe.bench;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * An iteration of the preset r3gan-cifar100-small with a given width, without augmentation: a
 * discriminator step with R1 and R2 and a generator step, of 64 images each, with their Adam
 * updates.
 */
public class R3GanIteration extends GanIteration {
  /** Of all stages of both networks; a multiple of 8. */
  @Param("96")
  public int channels;

  @Override
  String preset() {
    return "r3gan-cifar100-small";
  }

  @Override
  int channels() {
    return channels;
  }

  @Override
  List<String> changes() {
    return List.of(
        "training.ada.blit=0",
        "training.ada.geometry=0",
        "training.ada.color=0",
        "training.ada.cutout=0");
  }

  @Override
  @Benchmark
  public void iterate() {
    super.iterate();
  }
}
