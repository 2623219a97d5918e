package io.troupe.models.optimisers;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.HostArray;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** As a program, where an engine keeps the vectors. The gradients stay as they are. */
final class AdamProgram implements AdamStep {
  private static final String PARAMETERS = "parameters";
  private static final String GRADIENTS = "gradients";
  private static final String FIRST = "first moments";
  private static final String SECOND = "second moments";
  private static final String CONSTANTS = "constants";
  private static final String NEXT = "next ";
  private static final String MAGNITUDE = "magnitude";

  // Places among the constants.
  private static final int BETA1 = 0;
  private static final int ONE_MINUS_BETA1 = 1;
  private static final int BETA2 = 2;
  private static final int ONE_MINUS_BETA2 = 3;
  private static final int STEP_SIZE = 4;
  private static final int EPSILON = 5;
  private static final int CLIP_NORM = 6;
  private static final int COUNT = 7;

  private final ProgramCompiler compiler;
  private final Vectors vectors;
  private final INDArray constants = Nd4j.create(DataType.FLOAT, COUNT);
  private final INDArray magnitude = Nd4j.scalar(DataType.FLOAT, 0);
  private Optional<Program> program = Optional.empty();
  private double clipNorm;

  AdamProgram(Vectors vectors, ProgramCompiler compiler) {
    this.vectors = vectors;
    this.compiler = compiler;
  }

  @Override
  public void clip(double norm) {
    if (norm > 0 != clipNorm > 0) {
      program.ifPresent(Program::close);
      program = Optional.empty();
    }
    clipNorm = norm;
  }

  private Program compile() {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    long length = vectors.parameters().length();
    SDVariable constant = graph.input(CONSTANTS, COUNT);
    SDVariable gradient = graph.input(GRADIENTS, length);
    if (clipNorm > 0) {
      SDVariable norm = graph.sameDiff().math().sqrt(gradient.mul(gradient).sum(true, 0));
      SDVariable share = one(graph, constant, CLIP_NORM).div(norm);
      gradient = gradient.mul(graph.sameDiff().math().min(share, ones(graph.sameDiff())));
    }
    SDVariable firstMoment =
        graph
            .input(FIRST, length)
            .mul(one(graph, constant, BETA1))
            .add(gradient.mul(one(graph, constant, ONE_MINUS_BETA1)));
    SDVariable secondMoment =
        graph
            .input(SECOND, length)
            .mul(one(graph, constant, BETA2))
            .add(gradient.mul(gradient).mul(one(graph, constant, ONE_MINUS_BETA2)));
    SDVariable root = graph.sameDiff().math().sqrt(secondMoment).add(one(graph, constant, EPSILON));
    graph.output(NEXT + FIRST, firstMoment);
    graph.output(NEXT + SECOND, secondMoment);
    SDVariable updated =
        graph
            .input(PARAMETERS, length)
            .sub(firstMoment.mul(one(graph, constant, STEP_SIZE)).div(root));
    graph.output(NEXT + PARAMETERS, updated);
    graph.output(MAGNITUDE, updated.mul(updated).sum().add(secondMoment.sum()));
    return compiler.compile(
        new Bindings(graph.build())
            .bind(CONSTANTS, constants)
            .bind(GRADIENTS, vectors.gradients())
            .bind(FIRST, vectors.first())
            .bind(SECOND, vectors.second())
            .bind(PARAMETERS, vectors.parameters())
            .bind(NEXT + FIRST, vectors.first())
            .bind(NEXT + SECOND, vectors.second())
            .bind(NEXT + PARAMETERS, vectors.parameters())
            .bind(MAGNITUDE, magnitude));
  }

  private static SDVariable one(GraphBuilder graph, SDVariable constants, int which) {
    return graph.sameDiff().slice(constants, new int[] {which}, 1);
  }

  private static SDVariable ones(SameDiff graph) {
    return graph.constant(Nd4j.createFromArray(1f));
  }

  @Override
  public double run(TrainingSettings.Adam settings, double epsilon, long updates) {
    if (program.isEmpty()) {
      program = Optional.of(compile());
    }
    double stepSize =
        settings.learningRate()
            * Math.sqrt(1 - Math.pow(settings.beta2(), (double) updates))
            / (1 - Math.pow(settings.beta1(), (double) updates));
    set(BETA1, settings.beta1());
    set(ONE_MINUS_BETA1, 1 - settings.beta1());
    set(BETA2, settings.beta2());
    set(ONE_MINUS_BETA2, 1 - settings.beta2());
    set(STEP_SIZE, stepSize);
    set(EPSILON, epsilon);
    set(CLIP_NORM, clipNorm);
    program.get().run();
    return HostArray.first(magnitude);
  }

  private void set(int which, double value) {
    HostArray.set(constants, which, value);
  }

  @Override
  public void close() {
    program.ifPresent(Program::close);
    constants.close();
    magnitude.close();
  }
}
