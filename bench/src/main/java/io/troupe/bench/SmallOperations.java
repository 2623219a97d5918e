package io.troupe.bench;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * 1,000 products of two by two numbers, one after the other: nearly all of the time is what an
 * engine needs to call an operation, so milliseconds are microseconds of one.
 */
public class SmallOperations extends GraphWorkload {
  private static final int OPERATIONS = 1000;

  private INDArray input;
  private INDArray result;
  private Program program;

  @Override
  void open(ProgramCompiler compiler) {
    input = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}});
    result = Nd4j.create(DataType.FLOAT, 2, 2);
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    SDVariable x = graph.input("x", 2, 2);
    SDVariable h = x;
    for (int i = 0; i < OPERATIONS; i++) {
      h = h.mmul(x);
    }
    graph.output("result", h);
    program = compiler.compile(new Bindings(graph.build()).bind("x", input).bind("result", result));
  }

  @Override
  @Benchmark
  public void iterate() {
    program.run();
  }

  @Override
  void free() {
    program.close();
    input.close();
    result.close();
  }
}
