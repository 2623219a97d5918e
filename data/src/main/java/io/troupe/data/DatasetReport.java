package io.troupe.data;

/** Hears what there is to say about a dataset while it is opened and read; from any thread. */
@FunctionalInterface
public interface DatasetReport {
  /** What is left out, replaced or damaged; a sentence for people, to be kept. */
  void note(String note);

  /**
   * How far opening is, when it takes its time; the next one replaces it.
   *
   * @param progress e.g. "decoded 1200 of 200000 pictures, about 80 s left"
   */
  default void progress(String progress) {}
}
