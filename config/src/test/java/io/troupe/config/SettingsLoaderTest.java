package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.config.RunSettings.BatchNormMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsLoaderTest {
  @TempDir Path folder;

  /** Its labels must stay, whatever the order of new runs is. */
  @Test
  void aRunOfBeforeKeepsTheOrderOfItsClasses() throws IOException {
    RunSettings now = SettingsLoader.load("demo", List.of(), List.of());
    assertThat(now.dataset().classOrder()).isEqualTo(DatasetSettings.ClassOrder.NUMBERS);
    Path file = Files.writeString(folder.resolve("config.conf"), SettingsLoader.render(now));
    assertThat(SettingsLoader.loadRun(file, List.of(), List.of())).isEqualTo(now);
    Files.writeString(file, Files.readString(file).replaceFirst("(?m)^dataset.class-order.*$", ""));
    RunSettings before = SettingsLoader.loadRun(file, List.of(), List.of());
    assertThat(before.dataset().classOrder()).isEqualTo(DatasetSettings.ClassOrder.TEXTS);
  }

  /** Its images must stay the same ones, in the same order. */
  @Test
  void aRunOfBeforeLeavesOutWhatLiesDeeper() throws IOException {
    RunSettings now = SettingsLoader.load("demo", List.of(), List.of());
    assertThat(now.dataset().nested()).isTrue();
    Path file = Files.writeString(folder.resolve("config.conf"), SettingsLoader.render(now));
    Files.writeString(file, Files.readString(file).replaceFirst("(?m)^dataset.nested.*$", ""));
    assertThat(SettingsLoader.loadRun(file, List.of(), List.of()).dataset().nested()).isFalse();
  }

  @Test
  void laterLayersWin() throws IOException {
    Path first = file("first.conf", "seed = 1, training.batch = 8, training.steps = 10");
    Path second = file("second.conf", "training { batch = 16 }");

    RunSettings settings =
        SettingsLoader.load(
            "demo", List.of(first, second), List.of("training.steps=20", "training.steps=30"));

    assertThat(settings.preset()).isEqualTo("demo");
    assertThat(settings.seed()).isEqualTo(1);
    assertThat(settings.training().batch()).isEqualTo(16);
    assertThat(settings.training().steps()).isEqualTo(30);
    assertThat(settings.network().latentSize()).isEqualTo(32);
    assertThat(settings.journal().every()).isEqualTo(10);
  }

  @Test
  void valuesMayReferToOthers() throws IOException {
    Path file =
        file(
            "my.conf",
            "evaluation.batch = ${training.batch}, network.latent-size = ${network.latent-size}");

    RunSettings settings = SettingsLoader.load("demo", List.of(file), List.of("training.batch=8"));

    // A reference sees the layers up to its own.
    assertThat(settings.evaluation().batch()).isEqualTo(32);
    assertThat(settings.network().latentSize()).isEqualTo(32);
  }

  @Test
  void overridesAreHocon() {
    RunSettings settings =
        demo(
            "training.steps=1e3",
            "training.generator={learning-rate: 1e-3, beta1: 0.5}",
            "augmentation.horizontal-flip=false",
            " seed = -7 ");

    assertThat(settings.training().steps()).isEqualTo(1000);
    assertThat(settings.training().generator().learningRate()).isEqualTo(1e-3);
    assertThat(settings.training().generator().beta1()).isEqualTo(0.5);
    assertThat(settings.training().generator().beta2()).isEqualTo(0.999);
    assertThat(settings.augmentation().horizontalFlip()).isFalse();
    assertThat(settings.seed()).isEqualTo(-7);
  }

  @Test
  void overridesOfTextsNeedNoQuotes() {
    assertThat(path("dataset.path=/a/b c")).contains(Path.of("/a/b c"));
    assertThat(path("dataset.path=\"/a/b c\"")).contains(Path.of("/a/b c"));
    assertThat(path("dataset.path=/a//b#1:${x}=2,[3]")).contains(Path.of("/a/b#1:${x}=2,[3]"));
    assertThat(path("dataset.path=2024")).contains(Path.of("2024"));
    assertThat(path("dataset.path=../up")).contains(Path.of("../up"));
    assertThat(path("dataset.path=")).isEmpty();
    assertThat(demo("control.host=::1").control().host()).isEqualTo("::1");
    assertThat(demo("control.token=a:b/c=").control().token()).contains("a:b/c=");
    assertThat(demo("dataset.split=test").dataset().split()).isEqualTo(Split.TEST);
    assertThat(demo("dataset.kind=cifar100", "dataset.labels=\"fine\"").dataset().labels())
        .isEqualTo(Labels.FINE);
  }

  @Test
  void boundsThatAreAllowedPass() {
    RunSettings settings =
        demo(
            "augmentation.hue=0.5",
            "augmentation.brightness=1",
            "ema.decay=0",
            "control.port=0",
            "evaluation.every=0",
            "seed=-9223372036854775808",
            "training.batch=10000",
            "training.discriminator-steps=2",
            "training.discriminator.learning-rate=1");

    assertThat(settings.augmentation().hue()).isEqualTo(0.5);
    assertThat(settings.seed()).isEqualTo(Long.MIN_VALUE);
    assertThat(settings.training().discriminator().learningRate()).isEqualTo(1);
  }

  @Test
  void loopbackHostsNeedNoToken() {
    for (String host : List.of("localhost", "127.0.0.1", "127.1.2.3", "::1")) {
      assertThat(demo("control.host=" + host).control().token()).isEmpty();
    }
  }

  @Test
  void otherHostsPassWithAToken() {
    assertThat(demo("control.host=0.0.0.0", "control.token=abc").control().token()).contains("abc");
  }

  @Test
  void renderedSettingsLoadAsAnEqualRecord() throws IOException {
    RunSettings settings =
        SettingsLoader.load(
            "biggan-cifar100-small",
            List.of(),
            List.of(
                "dataset.path=/a \"b\"/ü\\c",
                "dataset.labels=fine",
                "dataset.split=test",
                "seed=9223372036854775807",
                "augmentation.hue=0.1234567890123",
                "augmentation.horizontal-flip=false",
                "network.spectral-norm-epsilon=1.5e-12",
                "sampling.batch-norm=running",
                "control.port=0"));

    Path file = file("config.conf", SettingsLoader.render(settings));
    RunSettings loaded = SettingsLoader.loadRun(file, List.of(), List.of());

    assertThat(loaded).isEqualTo(settings);
    assertThat(loaded.preset()).isEqualTo("biggan-cifar100-small");
    assertThat(loaded.dataset().kind()).isEqualTo("cifar100");
    assertThat(loaded.sampling().batchNorm()).isEqualTo(BatchNormMode.RUNNING);
  }

  @Test
  void everyPresetSurvivesTheRoundTrip() throws IOException {
    for (PresetInfo preset : SettingsLoader.presets()) {
      List<String> data = preset.name().equals("demo") ? List.of() : List.of("dataset.path=data");
      RunSettings settings = SettingsLoader.load(preset.name(), List.of(), data);

      Path file = file(preset.name() + ".conf", SettingsLoader.render(settings));

      assertThat(SettingsLoader.loadRun(file, List.of(), List.of())).isEqualTo(settings);
    }
  }

  @Test
  void runsCanGoOnWithChanges() throws IOException {
    Path run = file("config.conf", SettingsLoader.render(demo("seed=5", "training.steps=10")));
    Path more = file("more.conf", "training.steps = 20");

    RunSettings settings =
        SettingsLoader.loadRun(run, List.of(more), List.of("checkpoints.keep=9"));

    assertThat(settings.seed()).isEqualTo(5);
    assertThat(settings.training().steps()).isEqualTo(20);
    assertThat(settings.checkpoints().keep()).isEqualTo(9);
  }

  @Test
  void tokenIsNeverWritten() {
    RunSettings settings = demo("control.token=hush-hush");

    assertThat(SettingsLoader.render(settings)).doesNotContain("hush-hush", "control.token =");
    assertThat(SettingsLoader.differences(demo(), settings)).isEmpty();
  }

  @Test
  void differencesNameKeysWithOldAndNewValues() {
    assertThat(
            SettingsLoader.differences(
                demo("dataset.kind=cifar100"),
                demo(
                    "dataset.kind=cifar100",
                    "seed=3",
                    "ema.decay=0.5",
                    "dataset.path=x",
                    "dataset.split=test")))
        .extracting(Difference::toString)
        .containsExactly(
            "seed: 112 -> 3",
            "dataset.path: \"\" -> \"x\"",
            "dataset.split: \"train\" -> \"test\"",
            "ema.decay: 0.99 -> 0.5");
    assertThat(SettingsLoader.differences(demo(), demo())).isEmpty();
  }

  @Test
  void tokenComesFromTheEnvironment() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PrintToken.class.getName());
    builder.environment().put("TROUPE_CONTROL_TOKEN", "from-outside");
    Process process = builder.redirectErrorStream(true).start();

    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.strip()).isEqualTo("from-outside");
  }

  /** Loads a preset in a process of its own. */
  static final class PrintToken {
    private PrintToken() {}

    public static void main(String[] arguments) {
      System.out.println(demo("control.host=0.0.0.0").control().token().orElseThrow());
    }
  }

  private static RunSettings demo(String... overrides) {
    return SettingsLoader.load("demo", List.of(), List.of(overrides));
  }

  private static Optional<Path> path(String override) {
    return demo("dataset.kind=cifar100", override).dataset().path();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
