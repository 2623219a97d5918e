package io.troupe.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepProgramsTest {
  private static final int CLASSES = 3;

  /** Makes programs that compute nothing, up to the one that cannot be made. */
  private static final class Failing implements ProgramCompiler {
    private final List<Program> open = new ArrayList<>();
    private final int last;
    private int compiled;

    Failing(int last) {
      this.last = last;
    }

    @Override
    public Program compile(Bindings bindings) {
      if (compiled == last) {
        throw new IllegalStateException("no more");
      }
      compiled++;
      Program program =
          new Program() {
            @Override
            public void run(Runnable pause) {
              throw new UnsupportedOperationException();
            }

            @Override
            public long plannedBytes() {
              return 0;
            }

            @Override
            public void close() {
              assertThat(open.remove(this)).isTrue();
            }
          };
      open.add(program);
      return program;
    }
  }

  private static RunSettings settings(boolean sameFakes) {
    return SettingsLoader.load(
        "stylegan2-cifar100",
        List.of(),
        List.of(
            "training.batch=4",
            "training.same-fakes=" + sameFakes,
            "network.latent-size=6",
            "network.generator-channels=4",
            "network.discriminator-channels=5",
            "network.stylegan2.style-size=7",
            "network.stylegan2.mapping-layers=2",
            "network.stylegan2.most-channels=9",
            "network.stylegan2.deviation-group=2"));
  }

  /** With the programs of both penalties, of which each has several. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLeftOpenWhicheverProgramCannotBeCompiled(boolean sameFakes) {
    RunSettings settings = settings(sameFakes);
    Failing all = new Failing(Integer.MAX_VALUE);
    StepPrograms.of(settings, ImageSpec.rgb(32, CLASSES), all).close();
    assertThat(all.compiled).isGreaterThan(5);
    assertThat(all.open).isEmpty();

    for (int last = 0; last < all.compiled; last++) {
      Failing failing = new Failing(last);
      assertThatThrownBy(() -> StepPrograms.of(settings, ImageSpec.rgb(32, CLASSES), failing))
          .hasMessage("no more");
      assertThat(failing.compiled).isEqualTo(last);
      assertThat(failing.open).isEmpty();
    }
  }
}
