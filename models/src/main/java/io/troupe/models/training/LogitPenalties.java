package io.troupe.models.training;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.memory.HostArray;
import io.troupe.models.penalties.LogitMeans;
import io.troupe.models.penalties.LogitPenalty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The penalties that are a part of the discriminator's loss: their inputs and values. */
final class LogitPenalties {
  private final List<LogitPenalty> penalties;
  private final Map<String, INDArray> inputs = new LinkedHashMap<>();
  private final Map<String, INDArray> values = new LinkedHashMap<>();
  private TrainingSettings settings;
  private LogitMeans means = LogitMeans.START;

  /**
   * Of a training.
   *
   * @param penalties that are wanted
   * @param owner gets what is allocated
   */
  LogitPenalties(List<LogitPenalty> penalties, TrainingSettings settings, Resources owner) {
    this.penalties = penalties;
    this.settings = settings;
    for (LogitPenalty penalty : penalties) {
      values.put(penalty.name(), owner.own(Nd4j.scalar(DataType.FLOAT, 0)));
      penalty
          .inputs(settings, means)
          .keySet()
          .forEach(name -> inputs.put(name, owner.own(Nd4j.scalar(DataType.FLOAT, 0))));
    }
  }

  /** Binds what the discriminator's step reads and writes of them. */
  Bindings bind(Bindings bindings) {
    inputs.forEach(bindings::bindIfPresent);
    values.forEach(bindings::bind);
    return bindings;
  }

  /** Has other settings from the next step on. */
  void adopt(TrainingSettings changed) {
    settings = changed;
  }

  /** Before a step of the discriminator. */
  void begin() {
    for (LogitPenalty penalty : penalties) {
      penalty.inputs(settings, means).forEach((name, value) -> set(inputs.get(name), value));
    }
  }

  private static void set(INDArray scalar, double value) {
    HostArray.set(scalar, 0, value);
  }

  /**
   * Adds a micro-batch's values.
   *
   * @param share of the micro-batch in the step
   */
  void addValues(double share, Map<String, Double> sums) {
    values.forEach((name, value) -> sums.merge(name, HostArray.first(value) * share, Double::sum));
  }

  /** After a step: mean logits of it. */
  void end(double realLogit, double fakeLogit) {
    if (settings.lecam().weight() > 0) {
      means = means.after(realLogit, fakeLogit, settings.lecam().decay());
    }
  }

  /** Of the steps so far. */
  LogitMeans means() {
    return means;
  }

  /** Goes on from there. */
  void restore(LogitMeans from) {
    means = from;
  }
}
