package io.troupe.models.training;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.penalties.NetworkFunction;
import io.troupe.models.penalties.PenaltyContext;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What penalties of the discriminator are made of in a training.
 *
 * @param penalties whose gradients the programs write
 * @param owner gets the programs, and what is allocated
 */
record StepPenaltyContext(
    StepGraphs graphs,
    StepArrays arrays,
    TrainedNetwork discriminator,
    Penalties penalties,
    ProgramCompiler compiler,
    Resources owner)
    implements PenaltyContext {
  @Override
  public NetworkFunction realLogits() {
    return graphs.discriminator()::realLogits;
  }

  @Override
  public NetworkFunction fakeLogits() {
    return graphs.discriminator()::fakeLogits;
  }

  @Override
  public NetworkFunction allLogits() {
    return graphs.discriminator()::allLogits;
  }

  @Override
  public INDArray real() {
    return arrays.real.array();
  }

  @Override
  public INDArray fake() {
    return arrays.fake.array();
  }

  @Override
  public List<String> parameters() {
    return discriminator.parameters(StepGraphs.DISCRIMINATOR);
  }

  @Override
  public Program compile(Bindings bindings) {
    return owner.own(
        compiler.compile(
            arrays
                .bindDiscriminating(bindings, discriminator)
                .bindGradients(StepGraphs.DISCRIMINATOR, penalties.gradients())));
  }

  @Override
  public <T extends AutoCloseable> T own(T resource) {
    return owner.own(resource);
  }
}
