package io.troupe.models.training;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.augmentation.MirrorAndShift;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import io.troupe.models.losses.Logits;
import io.troupe.models.networks.GanNetworks;
import io.troupe.models.penalties.LogitPenalty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The discriminator in the graphs of {@link StepGraphs}: of which images, in how many passes, and
 * how augmented.
 *
 * @param batch real images, and as many generated ones
 */
record StepDiscriminator(GanNetworks networks, Augmentation augmentation, int batch, int classes) {
  /** Where a graph declares it. */
  static Scope scope(GraphBuilder graph) {
    return graph.scope(StepGraphs.DISCRIMINATOR, BatchNormMode.BATCH);
  }

  /** N, H, W and C of a batch. */
  private long[] pictures() {
    return networks.spec().shape(batch);
  }

  /**
   * What the discriminator says of a batch, and its logits apart.
   *
   * @param moved logits of images that are slightly changed, by the names of the draws for them
   */
  record Discriminated(DiscriminatorOutput output, Logits logits, Map<String, SDVariable> moved) {
    LogitPenalty.Judged judged() {
      return new LogitPenalty.Judged(
          logits.real(),
          logits.fake(),
          Optional.ofNullable(moved.get(StepGraphs.REAL_MOVES)),
          Optional.ofNullable(moved.get(StepGraphs.FAKE_MOVES)));
    }
  }

  /**
   * Adds the discriminator of generated images and of as many real ones, all augmented.
   *
   * @param moves of which of them slightly changed ones are to be judged too
   */
  Discriminated both(
      GraphBuilder graph,
      Scope scope,
      SDVariable fakes,
      SDVariable fakeLabels,
      List<String> moves) {
    SDVariable real =
        augmented(graph, graph.input(StepGraphs.REAL, pictures()), StepGraphs.REAL_AUGMENTATION);
    SDVariable fake = augmented(graph, fakes, StepGraphs.FAKE_AUGMENTATION);
    SDVariable realLabels = graph.input(StepGraphs.REAL_CLASSES, batch, classes);
    // One pass over all equals several passes, with one power iteration.
    List<SDVariable> images = new ArrayList<>(List.of(fake, real));
    List<SDVariable> labels = new ArrayList<>(List.of(fakeLabels, realLabels));
    for (String name : moves) {
      boolean ofReal = name.equals(StepGraphs.REAL_MOVES);
      SDVariable seen = ofReal ? real : fake;
      images.add(new MirrorAndShift().apply(graph, name, seen, pictures()));
      labels.add(ofReal ? realLabels : fakeLabels);
    }
    DiscriminatorOutput output =
        networks.discriminate(
            scope,
            graph.sameDiff().concat(0, images.toArray(SDVariable[]::new)),
            graph.sameDiff().concat(0, labels.toArray(SDVariable[]::new)),
            (long) images.size() * batch,
            images.size());
    Map<String, SDVariable> moved = new HashMap<>();
    for (int i = 0; i < moves.size(); i++) {
      moved.put(moves.get(i), rows(graph, output.logits(), (2 + i) * batch, batch));
    }
    return new Discriminated(
        output,
        Logits.of(
            rows(graph, output.logits(), batch, batch), rows(graph, output.logits(), 0, batch)),
        moved);
  }

  /** Adds the discriminator of generated images alone, augmented. */
  DiscriminatorOutput fakes(GraphBuilder graph, SDVariable images, SDVariable labels) {
    SDVariable seen = augmented(graph, images, StepGraphs.FAKE_AUGMENTATION);
    return networks.discriminate(scope(graph), seen, labels, batch, 1);
  }

  /** Adds the discriminator of real images, augmented as in its step. */
  SDVariable realLogits(GraphBuilder graph, SDVariable images) {
    return logits(graph, images, StepGraphs.REAL_AUGMENTATION, StepGraphs.REAL_CLASSES);
  }

  /** Adds the discriminator of generated images, augmented as in its step. */
  SDVariable fakeLogits(GraphBuilder graph, SDVariable images) {
    return logits(graph, images, StepGraphs.FAKE_AUGMENTATION, StepGraphs.FAKE_CLASSES);
  }

  /** Adds the discriminator of real images and then as many generated ones, as in its step. */
  SDVariable allLogits(GraphBuilder graph, SDVariable images) {
    return networks.logits(
        scope(graph),
        graph
            .sameDiff()
            .concat(
                0,
                augmented(graph, half(graph, images, 0), StepGraphs.REAL_AUGMENTATION),
                augmented(graph, half(graph, images, batch), StepGraphs.FAKE_AUGMENTATION)),
        graph
            .sameDiff()
            .concat(
                0,
                graph.input(StepGraphs.REAL_CLASSES, batch, classes),
                graph.input(StepGraphs.FAKE_CLASSES, batch, classes)),
        2L * batch,
        2);
  }

  private SDVariable half(GraphBuilder graph, SDVariable images, int from) {
    int size = networks.spec().size();
    return graph
        .sameDiff()
        .slice(images, new int[] {from, 0, 0, 0}, batch, size, size, networks.spec().channels());
  }

  private SDVariable logits(GraphBuilder graph, SDVariable images, String draws, String labels) {
    return networks.logits(
        scope(graph),
        augmented(graph, images, draws),
        graph.input(labels, batch, classes),
        batch,
        1);
  }

  private SDVariable augmented(GraphBuilder graph, SDVariable images, String name) {
    return augmentation.apply(graph, name, images, pictures());
  }

  static SDVariable rows(GraphBuilder graph, SDVariable logits, int from, int count) {
    return graph.sameDiff().slice(logits, new int[] {from, 0}, count, 1);
  }
}
