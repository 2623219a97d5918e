package io.troupe.models.training;

import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.augmentation.AugmentationDraws;
import io.troupe.models.augmentation.MirrorAndShift;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Workspace;
import io.troupe.models.memory.FloatVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the programs of a training's steps read and write besides the networks, and the memory for
 * intermediate results that they share.
 */
final class StepArrays {
  final Workspace workspace;
  final Latents latents;
  final FloatVector real;
  final OneHot realClasses;
  final FloatVector fake;
  final AugmentationDraws realAugmentation;
  final AugmentationDraws fakeAugmentation;

  /** How images are slightly changed for consistency, by the beginnings of the inputs' names. */
  final Map<String, AugmentationDraws> moves = new LinkedHashMap<>();

  final INDArray loss;
  final INDArray realLogit;
  final INDArray fakeLogit;
  final INDArray realSigns;
  final FloatVector logits;
  final FloatVector realLogits;
  final INDArray perplexity;

  /**
   * Arrays for one micro-batch.
   *
   * @param moved which images are slightly changed too
   * @param owner gets what is allocated
   * @param images shape of the images: N, H, W, C
   */
  StepArrays(
      Latents latents,
      Augmentation augmentation,
      List<String> moved,
      int classes,
      Resources owner,
      long... images) {
    this.latents = latents;
    workspace = owner.own(new Workspace());
    real = owner.own(FloatVector.zeros(images));
    realClasses = owner.own(new OneHot(latents.batch(), classes));
    fake = owner.own(FloatVector.zeros(images));
    realAugmentation = owner.own(augmentation.draws(DataType.FLOAT, images));
    fakeAugmentation = owner.own(augmentation.draws(DataType.FLOAT, images));
    for (String name : moved) {
      moves.put(name, owner.own(new MirrorAndShift().draws(DataType.FLOAT, images)));
    }
    loss = owner.own(Nd4j.scalar(DataType.FLOAT, 0));
    realLogit = owner.own(Nd4j.scalar(DataType.FLOAT, 0));
    fakeLogit = owner.own(Nd4j.scalar(DataType.FLOAT, 0));
    realSigns = owner.own(Nd4j.scalar(DataType.FLOAT, Float.NaN));
    logits = owner.own(FloatVector.zeros(2 * images[0], 1));
    realLogits = owner.own(FloatVector.zeros(images[0], 1));
    perplexity = owner.own(Nd4j.scalar(DataType.FLOAT, Float.NaN));
  }

  /** Binds what the discriminator reads of images, if the graph has them, and of their draws. */
  Bindings bindImages(Bindings bindings) {
    moves.forEach((name, draws) -> draws.bind(bindings, name));
    realAugmentation.bind(bindings, StepGraphs.REAL_AUGMENTATION);
    return fakeAugmentation
        .bind(bindings, StepGraphs.FAKE_AUGMENTATION)
        .bindIfPresent(StepGraphs.REAL, real.array())
        .bindIfPresent(StepGraphs.REAL_CLASSES, realClasses.array())
        .bindIfPresent(StepGraphs.FAKE, fake.array())
        .bindIfPresent(StepGraphs.REAL_LOGITS, realLogits.array())
        .bindIfPresent(StepGraphs.FAKE_CLASSES, latents.classes());
  }

  /** Binds what a graph with the discriminator reads, its values too, and the memory. */
  Bindings bindDiscriminating(Bindings bindings, TrainedNetwork discriminator) {
    return bindImages(bindings)
        .workspace(workspace)
        .bindNetwork(StepGraphs.DISCRIMINATOR, discriminator.values());
  }

  /** Binds the generator's values and latents, as far as a graph reads them, and the memory. */
  Bindings bindGenerating(Bindings bindings, TrainedNetwork generator) {
    return latents.bind(bindGenerator(bindings, generator));
  }

  /** The same with latents that are not the step's. */
  Bindings bindGenerator(Bindings bindings, TrainedNetwork generator) {
    return bindings.workspace(workspace).bindNetwork(StepGraphs.GENERATOR, generator.values());
  }
}
