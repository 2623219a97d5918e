package io.troupe.data;

import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Images that were decoded once and are read from a file since. One whose checksum there is wrong
 * is decoded from its own file again, and put right. Thread-safe.
 */
final class CachedImages extends AbstractDataset {
  private final CacheFile cache;
  private final Supplier<Dataset> files;
  private final Consumer<String> notes;
  private Optional<Dataset> opened = Optional.empty();
  private boolean told;

  /**
   * Images in a file.
   *
   * @param files opens what they were decoded from, with as many channels
   * @param notes is told of damage, once
   */
  CachedImages(CacheFile cache, Supplier<Dataset> files, Consumer<String> notes) {
    super(cache.side(), cache.side(), cache.channels(), cache.classNames());
    this.cache = cache;
    this.files = files;
    this.notes = notes;
  }

  @Override
  public int size() {
    return cache.count();
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size());
    return cache.label(index);
  }

  @Override
  public void read(int index, byte[] target) {
    Objects.checkIndex(index, size());
    Objects.checkFromIndexSize(0, imageBytes(), target.length);
    if (!cache.read(index, target)) {
      decode(index, target);
    }
  }

  private synchronized void decode(int index, byte[] target) {
    if (opened.isEmpty()) {
      opened = Optional.of(files.get());
    }
    opened.get().read(index, target);
    String outcome;
    try {
      outcome =
          cache.repair(index, target)
              ? "it was decoded anew and put right"
              : "such pictures are decoded from their own files; remove it, and the next run makes it anew";
    } catch (IOException e) {
      outcome =
          "such pictures are decoded from their own files, as it cannot be written: "
              + IoReason.of(e);
    }
    if (!told) {
      told = true;
      notes.accept(
          "%s: picture %d (from 0) is damaged in this cache; %s"
              .formatted(cache.path(), index, outcome));
    }
  }
}
