package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.DatasetKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetGuessTest {
  @TempDir Path folder;

  @Test
  void foldersOfPicturesWithClassesOrWithout() throws IOException {
    Files.createDirectories(folder.resolve("plain/more"));
    Files.writeString(folder.resolve("plain/A.JPG"), "");
    Files.createDirectories(folder.resolve("classes/cats"));
    Files.writeString(folder.resolve("classes/cats/1.png"), "");

    assertThat(DatasetGuess.of(folder.resolve("plain"))).contains(DatasetKind.IMAGE_FOLDER);
    assertThat(DatasetGuess.of(folder.resolve("classes"))).contains(DatasetKind.IMAGE_FOLDER);
  }

  @Test
  void cifarAsFolderItsParentOrArchive() throws IOException {
    Path hundred = folder.resolve("a/cifar-100-binary");
    Cifar100Fixture.writeFolder(hundred, Map.of("train.bin", new byte[1]));
    Path ten = folder.resolve("b/cifar-10-batches-bin");
    Cifar100Fixture.writeFolder(ten, Map.of("data_batch_1.bin", new byte[1]));
    Path archive = folder.resolve("renamed");
    Files.write(archive, Cifar100Fixture.archive(Map.of("train.bin", new byte[5])));

    assertThat(DatasetGuess.of(hundred)).contains(DatasetKind.CIFAR100);
    assertThat(DatasetGuess.of(folder.resolve("a"))).contains(DatasetKind.CIFAR100);
    assertThat(DatasetGuess.of(ten)).contains(DatasetKind.CIFAR10);
    assertThat(DatasetGuess.of(folder.resolve("b"))).contains(DatasetKind.CIFAR10);
    assertThat(DatasetGuess.of(archive)).contains(DatasetKind.CIFAR100);
  }

  @Test
  void arraysWhateverTheFileIsCalled() {
    assertThat(DatasetGuess.of(Fixtures.path("npz/stored.npz"))).contains(DatasetKind.NPZ);
  }

  @Test
  void whatIsNoneOfTheseIsNotClear() throws IOException {
    Files.createDirectories(folder.resolve("empty/deeper/deepest"));
    Files.writeString(folder.resolve("empty/deeper/deepest/1.png"), "");
    Path text = Files.writeString(folder.resolve("text.tar.gz"), "no archive");
    Path truncated = Files.write(folder.resolve("truncated.gz"), new byte[] {0x1f, (byte) 0x8b});

    assertThat(DatasetGuess.of(folder.resolve("empty"))).isEmpty();
    assertThat(DatasetGuess.of(folder.resolve("missing"))).isEmpty();
    assertThat(DatasetGuess.of(text)).isEmpty();
    assertThat(DatasetGuess.of(truncated)).isEmpty();
  }
}
