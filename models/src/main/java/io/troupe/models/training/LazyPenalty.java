package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.penalties.GradientPenalty;
import io.troupe.models.penalties.NetworkFunction;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A gradient penalty of the discriminator on real pictures that is computed in some of its steps
 * only and counts as much more there (lazy regularisation, Karras et al., "Analyzing and improving
 * the image quality of StyleGAN", 2020, section 3.1). Its gradients are added to those of the loss,
 * or are the network's for an update of their own.
 */
final class LazyPenalty {
  private final int every;
  private final INDArray value;
  private final RegulariserGradients gradients;
  private final Program gradient;
  private final Program penalty;

  /**
   * A penalty on given pictures.
   *
   * @param regularisation where its gradients go
   * @param network the discriminator
   * @param bind binds everything that the network reads, other than the pictures, and the memory
   * @param prefix of the discriminator's inputs
   * @param owner gets what is allocated
   */
  LazyPenalty(
      RunSettings.GradientPenalty settings,
      RunSettings.Regularisation regularisation,
      TrainedNetwork discriminator,
      String prefix,
      NetworkFunction network,
      UnaryOperator<Bindings> bind,
      INDArray pictures,
      ProgramCompiler compiler,
      Resources owner) {
    value = owner.own(Nd4j.scalar(DataType.FLOAT, 0));
    every = settings.every();
    gradients = owner.own(RegulariserGradients.of(regularisation, discriminator));
    INDArray slope = owner.own(Nd4j.create(DataType.FLOAT, pictures.shape()));
    GradientPenalty kind = new GradientPenalty(settings.weight() * every, settings.centre());
    penalty =
        owner.own(
            compiler.compile(
                bind.apply(
                        new Bindings(
                            kind.penaltyGraph(
                                DataType.FLOAT,
                                network,
                                discriminator.parameters(prefix),
                                pictures.shape())))
                    .bind(GradientPenalty.INPUT, pictures)
                    .bind(GradientPenalty.GRADIENT, slope)
                    .bind(GradientPenalty.PENALTY, value)
                    .bindGradients(prefix, gradients.values())));
    gradient =
        owner.own(
            compiler.compile(
                bind.apply(
                        new Bindings(
                            GradientPenalty.gradientGraph(
                                DataType.FLOAT, network, pictures.shape())))
                    .bind(GradientPenalty.INPUT, pictures)
                    .bind(GradientPenalty.GRADIENT, slope)));
  }

  /** Whether the penalty is due in a discriminator step, counted from 0 over the whole run. */
  boolean isDue(long discriminatorStep) {
    return discriminatorStep % every == 0;
  }

  /** Brings its gradients to the discriminator's; returns the penalty, as it counts. */
  double run() {
    gradient.run();
    penalty.run();
    gradients.apply();
    return value.getDouble(0);
  }

  /** Off-heap bytes that the programs themselves hold. */
  long plannedBytes() {
    return gradient.plannedBytes() + penalty.plannedBytes();
  }
}
