package io.troupe.actors;

import io.troupe.data.Dataset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A dataset some of whose pictures cannot be read for a while. */
public final class UnreliableDataset implements Dataset {
  private final Dataset dataset;
  private final Map<Integer, AtomicInteger> failures = new ConcurrentHashMap<>();
  private final Map<Integer, AtomicInteger> errors = new ConcurrentHashMap<>();

  public UnreliableDataset(Dataset dataset) {
    this.dataset = dataset;
  }

  /** The next attempts to read a picture fail. */
  public UnreliableDataset failing(int index, int attempts) {
    failures.put(index, new AtomicInteger(attempts));
    return this;
  }

  /** The next attempts to read a picture end by an Error. */
  public UnreliableDataset ending(int index, int attempts) {
    errors.put(index, new AtomicInteger(attempts));
    return this;
  }

  @Override
  public int size() {
    return dataset.size();
  }

  @Override
  public int height() {
    return dataset.height();
  }

  @Override
  public int width() {
    return dataset.width();
  }

  @Override
  public int channels() {
    return dataset.channels();
  }

  @Override
  public List<String> classNames() {
    return dataset.classNames();
  }

  @Override
  public int label(int index) {
    return dataset.label(index);
  }

  @Override
  public void read(int index, byte[] target) {
    AtomicInteger left = failures.get(index);
    if (left != null && left.getAndDecrement() > 0) {
      throw new IllegalStateException("picture " + index + " cannot be read");
    }
    AtomicInteger ends = errors.get(index);
    if (ends != null && ends.getAndDecrement() > 0) {
      throw new StackOverflowError("picture " + index);
    }
    dataset.read(index, target);
  }
}
