package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Workspace;
import io.troupe.models.regularisers.GradientPenalty;
import io.troupe.models.regularisers.NetworkFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A gradient penalty of the discriminator on real pictures that is computed in some of its steps
 * only and counts as much more there (lazy regularisation, Karras et al., "Analyzing and improving
 * the image quality of StyleGAN", 2020, section 3.1). Its gradients are added to those of the loss.
 */
final class LazyPenalty implements AutoCloseable {
  private final int every;
  private final List<AutoCloseable> owned = new ArrayList<>();
  private final INDArray value = own(Nd4j.scalar(DataType.FLOAT, 0));
  private final ParameterVector penaltyGradients;
  private final Program gradient;
  private final Program penalty;
  private final CustomOp addition = DynamicCustomOp.builder("add").build();
  private final OpContext sum = Nd4j.getExecutioner().buildContext();

  /**
   * A penalty on given pictures.
   *
   * @param network the discriminator, which reads its classes from a bound input
   * @param bind binds everything that the network reads, other than the pictures
   * @param parameters full names of the trainable inputs
   */
  LazyPenalty(
      RunSettings.GradientPenalty settings,
      TrainedNetwork discriminator,
      String prefix,
      NetworkFunction network,
      UnaryOperator<Bindings> bind,
      List<String> parameters,
      INDArray pictures,
      Workspace workspace,
      ProgramCompiler compiler) {
    every = settings.every();
    penaltyGradients = own(new ParameterVector(discriminator.values().layout(), DataType.FLOAT));
    INDArray slope = own(Nd4j.create(DataType.FLOAT, pictures.shape()));
    GradientPenalty kind = new GradientPenalty(settings.weight() * every, settings.centre());
    penalty =
        own(
            compiler.compile(
                bind.apply(
                        new Bindings(
                            kind.penaltyGraph(
                                DataType.FLOAT, network, parameters, pictures.shape())))
                    .bind(GradientPenalty.INPUT, pictures)
                    .bind(GradientPenalty.GRADIENT, slope)
                    .bind(GradientPenalty.PENALTY, value)
                    .bindGradients(prefix, penaltyGradients)
                    .workspace(workspace)));
    gradient =
        own(
            compiler.compile(
                bind.apply(
                        new Bindings(
                            GradientPenalty.gradientGraph(
                                DataType.FLOAT, network, pictures.shape())))
                    .bind(GradientPenalty.INPUT, pictures)
                    .bind(GradientPenalty.GRADIENT, slope)
                    .workspace(workspace)));
    INDArray gradients = discriminator.gradients().trainable();
    sum.setInputArrays(List.of(gradients, penaltyGradients.trainable()));
    sum.setOutputArrays(List.of(gradients));
  }

  /** Whether the penalty is due in a discriminator step, counted from 0 over the whole run. */
  boolean isDue(long discriminatorStep) {
    return discriminatorStep % every == 0;
  }

  /** Adds the penalty's gradients to the discriminator's; returns the penalty, as it counts. */
  double add() {
    gradient.run();
    penalty.run();
    Nd4j.getExecutioner().exec(addition, sum);
    return value.getDouble(0);
  }

  /** Off-heap bytes that the programs themselves hold. */
  long plannedBytes() {
    return gradient.plannedBytes() + penalty.plannedBytes();
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  @Override
  public void close() {
    sum.purge();
    Resources.closeInReverse(owned);
  }
}
