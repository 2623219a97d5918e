package io.troupe.models.training;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.HostArray;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** As programs, where an engine keeps the vectors. */
final class MeanPrograms implements MeanVectors {
  private static final String TOTAL = "total";
  private static final String PART = "part";
  private static final String NUMBER = "number";
  private static final String NEXT = "next";

  private final Resources owned = new Resources();
  private final INDArray share = owned.own(Nd4j.create(DataType.FLOAT, 1));
  private final Program firstGradients;
  private final Program nextGradients;
  private final Optional<States> states;
  private boolean first = true;
  private boolean firstStates = true;

  /** Those of a network that has states. */
  private record States(
      Program load, Program addFirst, Program addNext, INDArray count, Program store) {}

  MeanPrograms(TrainedNetwork network, ParameterVector part, ProgramCompiler compiler) {
    INDArray total = network.gradients().trainable();
    firstGradients = own(compiler, sum(total, part.trainable(), false));
    nextGradients = own(compiler, sum(total, part.trainable(), true));
    long trainable = part.layout().trainableLength();
    states =
        part.layout().length() > trainable
            ? Optional.of(
                states(states(network.values(), trainable), states(part, trainable), compiler))
            : Optional.empty();
  }

  private Program own(ProgramCompiler compiler, Bindings bindings) {
    return owned.own(compiler.compile(bindings));
  }

  private static INDArray states(ParameterVector vector, long trainable) {
    return vector.flat().get(NDArrayIndex.interval(trainable, vector.layout().length()));
  }

  private Bindings sum(INDArray total, INDArray part, boolean more) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    SDVariable scaled = graph.input(PART, part.length()).mul(graph.input(NUMBER, 1));
    graph.output(NEXT, more ? graph.input(TOTAL, total.length()).add(scaled) : scaled);
    return new Bindings(graph.build())
        .bind(PART, part)
        .bind(NUMBER, share)
        .bindIfPresent(TOTAL, total)
        .bind(NEXT, total);
  }

  private States states(INDArray values, INDArray part, ProgramCompiler compiler) {
    INDArray sums = owned.own(Nd4j.create(DataType.DOUBLE, part.length()));
    INDArray count = owned.own(Nd4j.create(DataType.DOUBLE, 1));
    GraphBuilder load = new GraphBuilder(DataType.FLOAT);
    load.output(NEXT, load.sameDiff().identity(load.input(PART, part.length())));
    GraphBuilder store = new GraphBuilder(DataType.FLOAT);
    store.output(
        NEXT,
        store
            .input(DataType.DOUBLE, TOTAL, part.length())
            .div(store.input(DataType.DOUBLE, NUMBER, 1))
            .castTo(DataType.FLOAT));
    return new States(
        own(compiler, new Bindings(load.build()).bind(PART, values).bind(NEXT, part)),
        own(compiler, states(sums, part, false)),
        own(compiler, states(sums, part, true)),
        count,
        own(
            compiler,
            new Bindings(store.build()).bind(TOTAL, sums).bind(NUMBER, count).bind(NEXT, values)));
  }

  private static Bindings states(INDArray sums, INDArray part, boolean more) {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    SDVariable exact = graph.input(PART, part.length()).castTo(DataType.DOUBLE);
    graph.output(
        NEXT, more ? graph.input(DataType.DOUBLE, TOTAL, part.length()).add(exact) : exact);
    return new Bindings(graph.build()).bind(PART, part).bindIfPresent(TOTAL, sums).bind(NEXT, sums);
  }

  @Override
  public void clear() {
    first = true;
  }

  @Override
  public void add(double factor) {
    HostArray.set(share, 0, factor);
    (first ? firstGradients : nextGradients).run();
    first = false;
  }

  @Override
  public void loadStates() {
    states.ifPresent(s -> s.load().run());
    firstStates = true;
  }

  @Override
  public void addStates() {
    states.ifPresent(s -> (firstStates ? s.addFirst() : s.addNext()).run());
    firstStates = false;
  }

  @Override
  public void storeStates(int count) {
    states.ifPresent(
        s -> {
          HostArray.set(s.count(), 0, count);
          s.store().run();
        });
  }

  @Override
  public void close() {
    owned.close();
  }
}
