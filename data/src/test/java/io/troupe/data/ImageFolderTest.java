package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings.ClassOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageFolderTest extends ImageFolders {
  @Test
  void wholeNumbersSortAsNumbers() throws IOException {
    Files.createDirectories(folder.resolve("empty, so no class"));
    for (String name : List.of("0", "1", "2", "10", "11")) {
      Files.write(Files.createDirectories(folder.resolve(name)).resolve("a.png"), new byte[1]);
    }
    assertThat(list(ClassOrder.NUMBERS).classNames()).containsExactly("0", "1", "2", "10", "11");
    assertThat(list(ClassOrder.TEXTS).classNames()).containsExactly("0", "1", "10", "11", "2");
    assertThat(list(ClassOrder.NUMBERS).notes()).hasSize(1);
    assertThat(list(ClassOrder.TEXTS).notes().get(1))
        .contains("(0, 1, 10, 11, ...)", "dataset.class-order");
    Files.write(Files.createDirectories(folder.resolve("b")).resolve("a.png"), new byte[1]);
    assertThat(list(ClassOrder.NUMBERS).classNames())
        .containsExactly("0", "1", "10", "11", "2", "b");
  }

  @Test
  void subFoldersAreClassesInTheOrderOfTheirNames() throws IOException {
    image("dog/b.png", 30);
    image("dog/a.PNG", 20);
    image("cat/z.png", 10);
    image("Zebra/0.png", 1);
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("dog/readme.txt"), "dogs");
    Files.writeString(folder.resolve("list.txt"), "dogs and cats");
    image(".thumbnails/a.png", 99);
    image("dog/._a.png", 99);

    ImageFiles dataset = open(0);

    assertThat(dataset.classNames()).containsExactly("Zebra", "cat", "dog");
    assertThat(grays(dataset)).containsExactly(1, 10, 20, 30);
    assertThat(IntStream.range(0, 4).map(dataset::label)).containsExactly(0, 1, 2, 2);
    assertThat(dataset.size()).isEqualTo(4);
    assertThat(dataset.height()).isEqualTo(SIDE);
    assertThat(dataset.width()).isEqualTo(SIDE);
  }

  @Test
  void aFolderOfImagesIsOneClass() throws IOException {
    image("10.png", 1);
    image("9.png", 2);
    Files.createDirectories(folder.resolve("notes"));

    ImageFiles dataset = open(0);

    assertThat(dataset.classNames()).containsExactly("all");
    assertThat(grays(dataset)).containsExactly(1, 2);
    assertThat(dataset.label(1)).isZero();
  }

  @Test
  void imagesAreCutAndScaled() throws IOException {
    Path from = Fixtures.path("pictures/landscape.png");
    Files.copy(from, folder.resolve("a.png"));
    Files.copy(Fixtures.path("pictures/color420.jpg"), folder.resolve("b.jpeg"));
    Dataset dataset = open(0);
    byte[] found = new byte[IMAGE_BYTES];

    dataset.read(0, found);

    assertThat(found).isEqualTo(SQUARES.of(ImageDecoder.decode(Files.readAllBytes(from), false)));
  }

  @Test
  void whatIsLeftOutIsCounted() throws IOException {
    image("cat/1.png", 1);
    image("cat/2.jpe", 1);
    image("dog/3.BMP", 1);
    image("dog/puppies/4.png", 1);
    image("dog/puppies/5.png", 1);
    image(".trash/6.png", 1);
    Files.createDirectories(folder.resolve("notes"));
    for (String name : List.of("cat/a.tif", "dog/b.TIF", "list.txt", "README")) {
      Files.writeString(folder.resolve(name), "x");
    }
    ImageListing listing = new ImageFolder().files(folder, false, ClassOrder.NUMBERS);
    assertThat(listing.size()).isEqualTo(3);
    assertThat(listing.notes())
        .containsExactly(
            folder
                + ": 3 pictures in 2 classes; left out: 4 files of other kinds (2 .tif, 1 .txt,"
                + " 1 without an ending); 2 pictures a folder too deep (the first in dog/puppies);"
                + " 1 folder without pictures (the first is notes); 1 hidden");
  }

  @Test
  void imagesOneFolderTooDeepAreNamedWhereThereAreNoOthers() throws IOException {
    image("train/dog/1.png", 1);
    assertThatThrownBy(() -> new ImageFolder().files(folder, false, ClassOrder.NUMBERS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(
            "there are no pictures", "1 picture a folder too deep", "train/dog");
  }

  @Test
  void imagesDeeperInAClassBelongToIt() throws IOException {
    image("猫/b.png", 3);
    image("猫/a/2.png", 2);
    image("猫/a/deep/1.png", 1);
    image("dog/x/y/z/4.png", 4);
    Files.createDirectories(folder.resolve("dog/x/empty"));

    ImageFiles dataset = open(0);

    assertThat(dataset.classNames()).containsExactly("dog", "猫");
    assertThat(grays(dataset)).containsExactly(4, 2, 1, 3);
    assertThat(IntStream.range(0, 4).map(dataset::label)).containsExactly(0, 1, 1, 1);
    assertThat(warnings)
        .containsExactly(
            folder
                + ": 4 pictures in 2 classes; left out: 1 folder without pictures (the first is"
                + " dog/x/empty)");
  }

  @Test
  void aFolderThatIsWithinItselfHasAnEnd() throws IOException {
    image("a/1.png", 1);
    Files.createSymbolicLink(folder.resolve("a/again"), folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("a/all"), folder);
    Files.createSymbolicLink(folder.resolve("a/nowhere"), folder.resolve("none"));

    assertThat(grays(open(0))).containsExactly(1);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("2 within itself by a link (the first is a/again)");
  }

  @Test
  void aSingleClassOfFoldersSuggestsThem() throws IOException {
    image("train/cat/1.png", 1);
    image("train/dog/2.png", 1);
    assertThat(open(0).classNames()).containsExactly("train");
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("its only class is train", "if these are the classes, give " + path("train"));
  }

  @Test
  void imagesAreTurnedIfThatIsWanted() throws IOException {
    Files.copy(Fixtures.path("formats/turned.jpg"), folder.resolve("a.jpg"));
    byte[] asNoted = new byte[IMAGE_BYTES];
    byte[] asStored = new byte[IMAGE_BYTES];
    open(folder, reading(0, true)).read(0, asNoted);
    open(0).read(0, asStored);
    assertThat(asNoted).isNotEqualTo(asStored);
  }

  @Test
  void decodedImagesAreKeptIfAllFit() throws IOException {
    image("0.png", 1);
    image("1.png", 2);
    ImageFiles kept = open(2 * IMAGE_BYTES);
    ImageFiles notKept = open(2 * IMAGE_BYTES - 1);
    assertThat(grays(kept)).containsExactly(1, 2);
    assertThat(grays(notKept)).containsExactly(1, 2);

    image("1.png", 9);

    assertThat(grays(kept)).containsExactly(1, 2);
    assertThat(grays(notKept)).containsExactly(1, 9);
  }

  @Test
  void foldersThatCannotBeUsedAreNamed() throws IOException {
    assertRefused(folder.resolve("gone"), "gone", "there is no such folder", "Name ");
    assertRefused(folder, path(""), "there are no pictures", ".png", "Name ");
    Path file = Files.writeString(folder.resolve("a.zip"), "PK");
    assertRefused(file, "a.zip", "a file, expected a folder");
    image("x.png", 1);
    image("class/x.png", 1);
    assertRefused(
        folder, "both pictures (1, the first is x.png)", "(1, the first is class)", "move");
  }

  @Test
  void refusesIndicesThatAreOutOfRange() throws IOException {
    image("0.png", 1);
    ImageFiles dataset = open(0);
    for (int index : new int[] {-1, 1}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> dataset.read(index, new byte[IMAGE_BYTES]));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> dataset.label(index));
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> dataset.read(0, new byte[IMAGE_BYTES - 1]));
  }

  @Test
  void manyThreadsSeeTheSameImages() throws IOException {
    for (int i = 0; i < 20; i++) {
      if (i % 4 == 1) {
        damaged("%02d.png".formatted(i));
      } else {
        image("%02d.png".formatted(i), i);
      }
    }
    int[] expected = IntStream.range(0, 20).map(i -> i % 4 == 1 ? i + 1 : i).toArray();
    ImageFiles dataset = open(1 << 20);

    int[] found = IntStream.range(0, 2000).parallel().map(i -> gray(dataset, i * 7 % 20)).toArray();

    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isEqualTo(expected[i * 7 % 20]);
    }
    assertThat(warnings).hasSize(5);
  }

  private void assertRefused(Path path, String... messageParts) {
    assertThatThrownBy(() -> open(path, reading(0, false)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(messageParts);
  }

  private ImageListing list(ClassOrder order) {
    return new ImageFolder().files(folder, true, order);
  }
}
