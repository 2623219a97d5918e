package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.GanNetworks;

/**
 * What path length is computed of: N images of a step in micro-batches of M.
 *
 * @param styles of a micro-batch, [M, styles, styleSize]
 * @param allStyles of all, [N, styles, styleSize]; the same array if there is one micro-batch
 * @param graphs of M images
 * @param latents what the styles of a micro-batch are made of
 * @param allLatents what all are made of; the same if there is one micro-batch
 * @param areNew whether the latents are not those of the generator's step, which writes the styles
 *     otherwise
 */
record PathLengthInputs(
    FloatVector styles,
    FloatVector allStyles,
    StepGraphs graphs,
    Latents latents,
    Latents allLatents,
    boolean areNew) {
  /**
   * What the settings want.
   *
   * @param graphs of a micro-batch of the generator's step
   * @param latents of a micro-batch of the generator's step
   * @param whole the generator's step
   * @param owner gets what is allocated
   */
  static PathLengthInputs of(
      RunSettings settings,
      GanNetworks networks,
      int classes,
      StepGraphs graphs,
      Latents latents,
      WholeBatch whole,
      Resources owner) {
    TrainingSettings training = settings.training();
    boolean areNew = !graphs.pathLengthOfTheStep();
    Latents part = latents;
    Latents all = whole.latents;
    if (areNew) {
      int images = training.batch() / training.pathLength().batchShrink();
      int atOnce = largestDivisor(images, training.imagesAtOnce());
      all = owner.own(latents(settings, networks, classes, images));
      part = atOnce == images ? all : owner.own(latents(settings, networks, classes, atOnce));
    }
    FloatVector styles = owner.own(styles(networks, part.batch()));
    return new PathLengthInputs(
        styles,
        part == all ? styles : owner.own(styles(networks, all.batch())),
        areNew ? graphs.with(part) : graphs,
        part,
        all,
        areNew);
  }

  private static int largestDivisor(int number, int most) {
    int divisor = Math.min(number, most);
    while (number % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  private static Latents latents(
      RunSettings settings, GanNetworks networks, int classes, int batch) {
    return new Latents(
        networks,
        batch,
        settings.network().latentSize(),
        classes,
        settings.training().styleMixing());
  }

  private static FloatVector styles(GanNetworks networks, int batch) {
    return FloatVector.zeros(batch, networks.styles(), networks.styled().orElseThrow().styleSize());
  }

  /** How many micro-batches. */
  int count() {
    return allLatents.batch() / latents.batch();
  }

  /** Keeps the styles that the generator's step has written. */
  void keepStyles(int index) {
    if (count() > 1) {
      styles.putPart(allStyles, index);
    }
  }
}
