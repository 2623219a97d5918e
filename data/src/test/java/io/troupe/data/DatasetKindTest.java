package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetKindTest {
  @TempDir Path folder;

  @Test
  void foldersOfImagesWithClassesOrWithout() throws IOException {
    Files.createDirectories(folder.resolve("plain/more"));
    Files.writeString(folder.resolve("plain/A.JPG"), "");
    Files.createDirectories(folder.resolve("classes/cats"));
    Files.writeString(folder.resolve("classes/cats/1.png"), "");

    assertThat(Datasets.kindAt(folder.resolve("plain"))).contains("image-folder");
    assertThat(Datasets.kindAt(folder.resolve("classes"))).contains("image-folder");
  }

  @Test
  void anyOtherFolderIsMeantToHoldImages() throws IOException {
    Files.createDirectories(folder.resolve("deeper/deepest"));
    Files.writeString(folder.resolve("deeper/deepest/1.png"), "");

    assertThat(Datasets.kindAt(folder)).contains("image-folder");
    assertThat(Datasets.kindAt(folder.resolve("deeper/deepest/1.png"))).isEmpty();
  }

  @Test
  void zipArchivesEvenIfBroken() throws IOException {
    Path empty = Files.write(folder.resolve("empty.ZIP"), new byte[0]);
    Path start = Files.writeString(folder.resolve("start"), "PK\003\004");
    assertThat(Datasets.kindAt(empty)).contains("image-zip");
    assertThat(Datasets.kindAt(start)).contains("image-zip");
    assertThat(Datasets.kindAt(Files.move(start, folder.resolve("start.npz")))).contains("npz");
  }

  @Test
  void cifarAsFolderItsParentOrArchive() throws IOException {
    Path hundred = folder.resolve("a/cifar-100-binary");
    Cifar100Fixture.writeFolder(hundred, Map.of("train.bin", new byte[1]));
    Path ten = folder.resolve("b/cifar-10-batches-bin");
    Cifar100Fixture.writeFolder(ten, Map.of("data_batch_1.bin", new byte[1]));
    Path archive = folder.resolve("renamed");
    Files.write(archive, Cifar100Fixture.archive(Map.of("train.bin", new byte[5])));

    assertThat(Datasets.kindAt(hundred)).contains("cifar100");
    assertThat(Datasets.kindAt(folder.resolve("a"))).contains("cifar100");
    assertThat(Datasets.kindAt(ten)).contains("cifar10");
    assertThat(Datasets.kindAt(folder.resolve("b"))).contains("cifar10");
    assertThat(Datasets.kindAt(archive)).contains("cifar100");
  }

  @Test
  void arraysWhateverTheFileIsCalled() {
    assertThat(Datasets.kindAt(Fixtures.path("npz/stored.npz"))).contains("npz");
  }

  @Test
  void whatIsCalledSoEvenIfBroken() throws IOException {
    Path empty = Files.write(folder.resolve("empty.npz"), new byte[0]);
    Path nothing = folder.resolve("nothing.npz");
    new ZipOutputStream(Files.newOutputStream(nothing)).close();
    for (Path path : List.of(empty, nothing)) {
      assertThat(Datasets.kindAt(path)).contains("npz");
    }
    assertThatThrownBy(() -> NpzDataset.open(empty)).hasMessageContaining("not an .npz file");
    assertThatThrownBy(() -> NpzDataset.open(nothing)).hasMessageContaining("there are no arrays");
  }

  /** With half of their files, or a damaged one, they are said to be what they are meant to be. */
  @Test
  void idxFilesEvenIfBroken() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    Files.write(images.resolve("train-images-idx3-ubyte"), new byte[20]);
    Path labels = Files.createDirectories(folder.resolve("labels"));
    Files.write(labels.resolve("train-labels-idx1-ubyte.gz"), new byte[] {0x1f, (byte) 0x8b, 8});
    assertThat(Datasets.kindAt(images)).contains("mnist");
    assertThat(Datasets.kindAt(labels)).contains("mnist");
  }

  @Test
  void whatIsNoneOfTheseIsNotClear() throws IOException {
    Path text = Files.writeString(folder.resolve("text.tar.gz"), "no archive");
    Path truncated = Files.write(folder.resolve("truncated.gz"), new byte[] {0x1f, (byte) 0x8b});

    assertThat(Datasets.kindAt(folder.resolve("missing"))).isEmpty();
    assertThat(Datasets.kindAt(text)).isEmpty();
    assertThat(Datasets.kindAt(truncated)).isEmpty();
  }
}
