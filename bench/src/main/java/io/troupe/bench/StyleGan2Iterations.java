package io.troupe.bench;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Four iterations of the preset stylegan2-cifar100, one of them with R1, of 32 images each, without
 * DiffAugment and before path length regularisation begins: without any augmentation, or with
 * adaptive augmentation of every image.
 */
public class StyleGan2Iterations extends GanIteration {
  private static final int ITERATIONS = 4;

  /** Of both networks at 32x32, half as many as at 16x16. */
  @Param("32")
  public int channels;

  /** The probability of adaptive augmentation; 0 is without it. */
  @Param({"0", "1"})
  public int augmentation;

  @Override
  String preset() {
    return "stylegan2-cifar100";
  }

  @Override
  int channels() {
    return channels;
  }

  @Override
  List<String> changes() {
    List<String> changes =
        new ArrayList<>(
            List.of(
                "training.diff-augment.color=false", "training.diff-augment.translation=false"));
    if (augmentation != 0) {
      changes.addAll(
          List.of(
              "training.ada.blit=1",
              "training.ada.geometry=1",
              "training.ada.color=1",
              "training.ada.target=0",
              "training.ada.probability=" + augmentation));
    }
    return changes;
  }

  @Override
  @Benchmark
  public void iterate() {
    for (int i = 0; i < ITERATIONS; i++) {
      super.iterate();
    }
  }
}
