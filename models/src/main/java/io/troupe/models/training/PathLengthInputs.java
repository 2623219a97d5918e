package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.networks.GanNetworks;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What path length is computed of.
 *
 * @param styles [N, styles, styleSize]
 * @param graphs of N images
 * @param latents what the styles are made of
 * @param areNew whether the latents are not those of the generator's step, which writes the styles
 *     otherwise
 */
record PathLengthInputs(INDArray styles, StepGraphs graphs, Latents latents, boolean areNew) {
  /**
   * What the settings want.
   *
   * @param graphs of the generator's step
   * @param latents of the generator's step
   * @param owner gets what is allocated
   */
  static PathLengthInputs of(
      RunSettings settings,
      GanNetworks networks,
      int classes,
      StepGraphs graphs,
      Latents latents,
      Resources owner) {
    RunSettings.Training training = settings.training();
    boolean areNew = !graphs.pathLengthOfTheStep();
    Latents read =
        areNew
            ? owner.own(
                new Latents(
                    networks,
                    training.batch() / training.pathLength().batchShrink(),
                    settings.network().latentSize(),
                    classes,
                    training.styleMixing()))
            : latents;
    INDArray styles =
        owner.own(
            Nd4j.create(
                DataType.FLOAT,
                read.batch(),
                networks.styles(),
                networks.styled().orElseThrow().styleSize()));
    return new PathLengthInputs(styles, areNew ? graphs.with(read) : graphs, read, areNew);
  }
}
