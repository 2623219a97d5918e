package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.DatasetSettings.Split;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DecodingTest {
  /** Each image takes two seconds of this clock, and what is there takes part in no estimate. */
  @Test
  void whatIsMissingIsReadAndProgressTold() throws IOException {
    AtomicLong clock = new AtomicLong();
    Set<Integer> there = new ConcurrentSkipListSet<>(Set.of(0, 1, 4));
    Set<Integer> written = new ConcurrentSkipListSet<>();
    Decoding.Target target =
        new Decoding.Target() {
          @Override
          public boolean has(int index, byte[] image) {
            return there.contains(index);
          }

          @Override
          public void write(int index, byte[] image) {
            clock.addAndGet(2_000_000_000L);
            written.add(index);
          }
        };
    List<String> progress = new CopyOnWriteArrayList<>();
    Dataset shapes = new Shapes(1, Split.TRAIN, 30);
    assertThat(new Decoding(shapes, target, progress::add, clock::get).run()).isEqualTo(27);
    Set<Integer> missing = new TreeSet<>();
    for (int i = 0; i < 30; i++) {
      if (!there.contains(i)) {
        missing.add(i);
      }
    }
    assertThat(written).isEqualTo(missing);
    assertThat(progress)
        .isNotEmpty()
        .allMatch(text -> text.matches("decoded \\d+ of 30 pictures, about \\d+ s left"));
  }
}
