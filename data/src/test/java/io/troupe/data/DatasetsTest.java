package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetChoice;
import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.config.Parts;
import io.troupe.config.SettingsManual;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.RemoteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  private final List<String> notes = new ArrayList<>();

  @TempDir Path folder;

  @Test
  void opensShapesOfTheGivenSizeSeedAndSplit() {
    Dataset dataset = Datasets.open(settings("shapes", Optional.empty(), 33), 5);
    byte[] found = new byte[3072];
    byte[] expected = new byte[3072];
    dataset.read(32, found);
    new Shapes(5, Split.TEST, 33).read(32, expected);

    assertThat(dataset.size()).isEqualTo(33);
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void cifarWithoutAPathIsLookedForAmongTheDownloads() {
    CacheFolder cache = new CacheFolder(folder.resolve("cache"));
    assertThatThrownBy(() -> Datasets.open(settings("cifar100"), 0, cache, notes::add))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            folder.resolve("cache/cifar-100-binary.tar.gz").toString(),
            "Run 'troupe fetch cifar100'",
            "--data");
    assertThatThrownBy(() -> Datasets.open(settings("cifar10"), 0, cache, notes::add))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("Run 'troupe fetch cifar10'");
  }

  @Test
  void downloadsAreRead() throws IOException {
    Path archive = folder.resolve("cifar-10-binary.tar.gz");
    Files.writeString(archive, "no archive");

    assertThatThrownBy(
            () -> Datasets.open(settings("cifar10"), 0, new CacheFolder(folder), notes::add))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(archive.toString(), "gzip");
  }

  @Test
  void anExplicitPathWins() throws IOException {
    Files.writeString(folder.resolve("cifar-100-binary.tar.gz"), "no archive");

    assertThatThrownBy(
            () ->
                Datasets.open(
                    settings("cifar100", folder.resolve("mine")),
                    0,
                    new CacheFolder(folder),
                    notes::add))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("mine", "there is no such file or folder");
  }

  @Test
  void opensFoldersAndArraysOfImages() throws IOException {
    Files.copy(Fixtures.path("pictures/landscape.png"), folder.resolve("a.png"));
    Dataset images = Datasets.open(settings("image-folder", folder), 0);
    assertThat(images.size()).isEqualTo(1);
    assertThat(images.height()).isEqualTo(48);

    Dataset arrays = Datasets.open(settings("npz", Fixtures.path("npz/stored.npz")), 0);
    assertThat(arrays.size()).isEqualTo(2);
  }

  @Test
  void everyKindReadsSettingsThatThereAre() {
    Set<String> keys =
        SettingsManual.all().stream().map(SettingsManual.Entry::key).collect(Collectors.toSet());
    for (DatasetChoice kind : Parts.datasets()) {
      assertThat(kind.settings()).allSatisfy(key -> assertThat(keys).contains("dataset." + key));
    }
  }

  @Test
  void everyDownloadIsCheckedAndNamedOnce() {
    assertThat(Datasets.downloads())
        .extracting(RemoteFile::name)
        .startsWith("cifar10", "cifar100")
        .hasSizeGreaterThanOrEqualTo(4)
        .doesNotHaveDuplicates();
    assertThat(Datasets.downloads())
        .allSatisfy(
            file -> {
              assertThat(file.uri().getScheme()).isEqualTo("https");
              assertThat(file.uri().getPath()).endsWith("/" + file.fileName());
              String form =
                  switch (file.algorithm()) {
                    case "MD5" -> "[0-9a-f]{32}";
                    case "SHA-256" -> "[0-9a-f]{64}";
                    default -> {
                      assertThat(file.algorithm()).isEqualTo(RemoteFile.LENGTH);
                      yield "[1-9][0-9]{3,}";
                    }
                  };
              assertThat(file.checksum()).matches(form);
              assertThat(file.mostBytes()).isPositive();
            });
  }

  private static DatasetSettings settings(String kind) {
    return settings(kind, Optional.empty(), 1);
  }

  private static DatasetSettings settings(String kind, Path path) {
    return settings(kind, Optional.of(path), 1);
  }

  private static DatasetSettings settings(String kind, Optional<Path> path, int images) {
    return new DatasetSettings(
        kind,
        path,
        Split.TEST,
        Labels.FINE,
        0,
        images,
        48,
        DatasetSettings.Fit.CROP,
        DatasetSettings.Filter.BILINEAR,
        DatasetSettings.Cache.MEMORY,
        1,
        false,
        0,
        DatasetSettings.ClassOrder.NUMBERS,
        DatasetSettings.FloatRange.AUTO,
        true);
  }
}
