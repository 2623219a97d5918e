package io.troupe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UsesTest {
  private static final Config DEFAULTS =
      ConfigFactory.parseFile(new File("defaults.conf")).resolve(ConfigResolveOptions.noSystem());

  @TempDir Path folder;

  /** Each change does nothing with the preset alone, and something with the further setting. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo | dataset.path=src | dataset.kind=cifar100",
        "dcgan-celeba | dataset.split=test | dataset.kind=cifar10",
        "demo | dataset.labels=fine | dataset.kind=cifar100",
        "biggan-cifar100 | dataset.images=2000 | dataset.kind=shapes",
        "demo | dataset.size=64 | dataset.kind=image-folder",
        "demo | dataset.cache-mb=1 | dataset.kind=image-folder",
        "stylegan2-cifar100 | network.initial-deviation=0.1 | network.kind=biggan",
        "biggan-attention-cifar100 | network.initial-deviation=0.1 |"
            + " network.biggan.initialisation=normal",
        "dcgan-celeba | network.spectral-norm-epsilon=1e-3 | network.kind=biggan",
        "stylegan2-cifar100 | network.batch-norm-epsilon=1e-3 | network.kind=biggan",
        "stylegan2-cifar100 | network.batch-norm-momentum=0.5 | network.kind=biggan",
        "stylegan2-cifar100 | network.biggan.shared-embedding=8 | network.kind=biggan",
        "demo | network.biggan.quantiser.commitment=1 | network.biggan.quantiser.layers=0",
        "demo | network.biggan.quantiser.codes=8 | network.biggan.quantiser.layers=0",
        "demo | network.biggan.quantiser.decay=0.5 | network.biggan.quantiser.layers=0",
        "demo | network.stylegan2.style-size=8 | network.kind=stylegan2",
        "demo | training.gradient-penalty.centre=1 | training.gradient-penalty.weight=1",
        "demo | training.gradient-penalty.every=3 | training.gradient-penalty.weight=1",
        "demo | training.lecam.decay=0.5 | training.lecam.weight=1",
        "demo | training.top-k.decay=0.9 | training.top-k.share=0.5",
        "demo | training.top-k.images=1000 | training.top-k.share=0.5",
        "demo | training.ada.target=0.5 | training.ada.blit=1",
        "demo | training.ada.images=1000 | training.ada.geometry=0.5",
        "demo | training.ada.every=8 | training.ada.color=1",
        "demo | training.ada.probability=0.5 | training.ada.cutout=1,training.ada.target=0",
        "stylegan2-ada-cifar100 | training.path-length.batch-shrink=1 |"
            + " training.path-length.weight=1",
        "demo | ema.ramp-pictures=before-step | ema.half-life=1000,ema.ramp=0.5",
        "dcgan-celeba | ema.states=copied | ema.decay=0.5",
        "stylegan2-ada-cifar100 | training.path-length.decay=0.5 | training.path-length.weight=1",
        "stylegan2-ada-cifar100 | training.path-length.start-step=9 |"
            + " training.path-length.weight=1",
        "stylegan2-cifar100 | ema.decay=0.5 | ema.half-life=0",
        "dcgan-celeba | ema.start-step=7 | ema.decay=0.5",
        "demo | ema.ramp=0.5 | ema.half-life=1000",
        "stylegan2-cifar100 | evaluation.batch-norm=running | network.kind=biggan",
        "stylegan2-cifar100 | sampling.batch-norm=running | network.kind=biggan",
        "demo | supervision.collapse.learning-rate-factor=0.1 |"
            + " supervision.collapse.action=rollback,checkpoints.best=fid",
        "demo | supervision.collapse.penalty-factor=2 | supervision.collapse.action=rollback,"
            + "checkpoints.best=fid,training.gradient-penalty.weight=1",
        "demo | evaluation.weights=x | evaluation.extractor=inception",
        "demo | evaluation.layer=pool | evaluation.extractor=dl4j,evaluation.weights=x.zip",
        "demo | evaluation.input-size=64 |"
            + " evaluation.extractor=dl4j,evaluation.weights=x.zip,evaluation.layer=pool",
        "demo | evaluation.input-order=bgr |"
            + " evaluation.extractor=dl4j,evaluation.weights=x.zip,evaluation.layer=pool",
        "demo | evaluation.input-mean=\"127.5\" | evaluation.extractor=dl4j,"
            + "evaluation.weights=x.zip,evaluation.layer=pool,evaluation.input-deviation=\"1\"",
        "demo | evaluation.input-deviation=\"1,2,3\" | evaluation.extractor=dl4j,"
            + "evaluation.weights=x.zip,evaluation.layer=pool,evaluation.input-mean=\"0\"",
      })
  void aChangeWithoutEffectIsRefused(String preset, String change, String remedy) {
    String key = change.substring(0, change.indexOf('='));
    List<String> with = changes(preset, change);
    List<String> remedies = new ArrayList<>(List.of(remedy.split(",", -1)));
    if (change.contains("weights")) {
      with.add("evaluation.extractor=random");
    } else if (remedy.endsWith("image-folder")) {
      remedies.add("dataset.path=pictures");
    }

    List<String> problems =
        catchThrowableOfType(
                SettingsException.class, () -> SettingsLoader.load(preset, List.of(), with))
            .problems();

    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("--set " + change + ": ")
        .contains(key.equals("dataset.path") ? "set dataset.kind" : key + " has no effect");
    with.addAll(remedies);
    if (remedy.equals("network.kind=biggan")) {
      // What only StyleGAN2 has.
      with.addAll(List.of("training.style-mixing=0", "training.path-length.weight=0"));
    }
    assertThat(SettingsLoader.load(preset, List.of(), with)).isNotNull();
  }

  @Test
  void theMessageSaysWhatToDo() throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "\ndataset.labels = fine\n");

    assertThatThrownBy(() -> SettingsLoader.load("demo", List.of(file), List.of()))
        .hasMessage(
            file
                + ":2: dataset.labels has no effect: it is read with dataset.kind = cifar100 (it is"
                + " shapes) or dataset.labels = none (it is fine); change that, or leave"
                + " dataset.labels out");
  }

  @Test
  void everyKeyIsDeclaredAndEveryDeclarationIsAKey() {
    assertThat(DEFAULTS.entrySet().stream().map(entry -> entry.getKey()))
        .allMatch(Uses::isDeclared);
    assertThat(Uses.names()).allMatch(DEFAULTS::hasPath);
  }

  @Test
  void aCopyOfTheDefaultsMayBeGiven() {
    assertThat(SettingsLoader.load("demo", List.of(Path.of("defaults.conf")), List.of()))
        .isNotNull();
  }

  /** As by a script that is run again. */
  @Test
  void aRunMayBeGivenItsOwnSettings() throws IOException {
    Path run = folder.resolve("config.conf");
    for (PresetInfo preset : SettingsLoader.presets()) {
      RunSettings of = SettingsLoader.load(preset.name(), List.of(), changes(preset.name()));
      Files.writeString(run, SettingsLoader.render(of));
      List<String> all =
          Files.readAllLines(run).stream()
              .filter(line -> line.contains(" = ") && !line.startsWith("preset"))
              .toList();
      assertThat(SettingsLoader.loadRun(run, List.of(), all)).isEqualTo(of);
    }
  }

  @Test
  void aNewPathChoosesTheKind() {
    RunSettings settings =
        SettingsLoader.load("biggan-cifar100", ofKind("image-folder", "dataset.path=pictures"));

    assertThat(settings.dataset().kind()).isEqualTo("image-folder");
    assertThat(settings.dataset().path()).contains(Path.of("pictures"));
  }

  @Test
  void aKindThatIsGivenStays() {
    SettingsChanges both = ofKind("image-folder", "dataset.path=pictures", "dataset.kind=shapes");

    assertThatThrownBy(() -> SettingsLoader.load("demo", both))
        .hasMessageContaining("dataset.path has no effect");
  }

  @Test
  void anUnclearKindIsAskedForUnlessThePresetKnowsIt() {
    SettingsChanges path =
        SettingsChanges.of(List.of(), List.of(Assignment.set("dataset.path=src")));

    assertThatThrownBy(() -> SettingsLoader.load("demo", path))
        .hasMessageContainingAll("\"src\"", "not clear", "set dataset.kind too");
    assertThat(SettingsLoader.load("biggan-cifar100", path).dataset().kind()).isEqualTo("cifar100");
  }

  /** Changes where every path is of one kind. */
  private static SettingsChanges ofKind(String kind, String... overrides) {
    return new SettingsChanges(
        List.of(), Stream.of(overrides).map(Assignment::set).toList(), path -> Optional.of(kind));
  }

  private static List<String> changes(String preset, String... changes) {
    List<String> all = new ArrayList<>(List.of(changes));
    if (!preset.equals("demo") && !preset.contains("cifar")) {
      all.add("dataset.path=faces");
    }
    return all;
  }
}
