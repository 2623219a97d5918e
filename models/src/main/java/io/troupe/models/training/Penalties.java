package io.troupe.models.training;

import io.troupe.config.TrainingSettings;
import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.penalties.MicroBatches;
import io.troupe.models.penalties.Penalty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** The penalties of one network, which with its loss say how it is updated. */
final class Penalties {
  private final String name;
  private final Regularisation regularisation;
  private final TrainedNetwork network;
  private final Supplier<RegulariserGradients> allocation;
  private final List<Penalty> penalties = new ArrayList<>();
  private Optional<RegulariserGradients> gradients = Optional.empty();

  /**
   * None yet.
   *
   * @param name of the network, for messages
   * @param allocation of the gradients, if there is a penalty; the caller closes them
   */
  Penalties(
      String name,
      Regularisation regularisation,
      TrainedNetwork network,
      Supplier<RegulariserGradients> allocation) {
    this.name = name;
    this.regularisation = regularisation;
    this.network = network;
    this.allocation = allocation;
  }

  /** Where each penalty's programs write their gradients; they are run one after the other. */
  ParameterVector gradients() {
    if (gradients.isEmpty()) {
      gradients = Optional.of(allocation.get());
    }
    return gradients.get().values();
  }

  void add(Penalty penalty) {
    penalties.add(penalty);
  }

  /** Has other settings from the next update on, whose programs are the same. */
  void adopt(TrainingSettings settings) {
    for (Penalty penalty : penalties) {
      penalty.adopt(settings);
    }
  }

  /** The micro-batches of a step, as the training loads them. */
  private final class Loaded implements MicroBatches {
    private final int count;
    private final IntConsumer load;

    Loaded(int count, IntConsumer load) {
      this.count = count;
      this.load = load;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public void load(int index) {
      load.accept(index);
    }

    @Override
    public void add(double share) {
      gradients.orElseThrow().add(share);
    }
  }

  /**
   * Updates the network by the gradients of its loss, and by the penalties that are due: in the
   * same update of Adam, or each in one of its own.
   *
   * @param update how many steps the network has had in the whole run, before this one
   * @param before is run once before the first penalty that is due
   * @param microBatches how many the step has
   * @param load gets a micro-batch of the step ready for a penalty
   * @param values get each penalty that is due, by its name
   * @throws DivergedException if a penalty, a gradient or an updated parameter is not finite
   */
  void update(
      long update,
      long seed,
      long step,
      Runnable before,
      int microBatches,
      IntConsumer load,
      Map<String, Double> values) {
    boolean separate = regularisation == Regularisation.SEPARATE;
    if (separate) {
      update(step);
    }
    boolean first = true;
    for (Penalty penalty : penalties) {
      if (!penalty.isDue(update)) {
        continue;
      }
      if (first) {
        before.run();
        first = false;
      }
      RegulariserGradients sum = gradients.orElseThrow();
      sum.begin();
      double value = penalty.run(seed, step, new Loaded(microBatches, load));
      sum.finish();
      String words = penalty.name().replace('_', ' ');
      values.put(penalty.name(), DivergedException.requireFinite(words, value, step));
      if (separate) {
        update(step);
      }
    }
    if (!separate) {
      update(step);
    }
  }

  private void update(long step) {
    if (!network.adam().update()) {
      throw new DivergedException(
          "a parameter of the %s or its gradient is not finite in step %d".formatted(name, step));
    }
  }

  /** Off-heap bytes that the programs themselves hold. */
  long plannedBytes() {
    return penalties.stream().mapToLong(Penalty::plannedBytes).sum();
  }
}
