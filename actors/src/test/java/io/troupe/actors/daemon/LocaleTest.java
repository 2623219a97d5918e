package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine whose locale has digits of its own. */
@Tag("process")
class LocaleTest {
  private static final Locale PERSIAN = Locale.forLanguageTag("fa-IR");

  @TempDir private Path root;

  private Locale usual;

  @BeforeEach
  void set() {
    usual = Locale.getDefault();
    Locale.setDefault(PERSIAN);
    assertThat("%d".formatted(12)).isNotEqualTo("12");
  }

  @AfterEach
  void reset() {
    Locale.setDefault(usual);
  }

  @Test
  void filesAndAddressesHaveTheirUsualNames() throws Exception {
    TrainingRun run =
        TrainingRun.start(
            TinyRun.settings("training.steps=2", "sampling.every=2", "sampling.class-grids=1"),
            root);
    assertThat(run.address().toString()).matches("http://127.0.0.1:[0-9]+");
    assertThat(run.await().failed()).isFalse();

    try (Stream<Path> files = Files.walk(root)) {
      List<String> names = files.map(file -> root.relativize(file).toString()).toList();
      assertThat(names)
          .contains("checkpoints/step-000000002.ckpt", "samples/step-000000002.png")
          .contains("superclass/step-000000002")
          .allMatch(name -> name.chars().allMatch(c -> c < 128));
    }
  }
}
