package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class Cifar100Test {
  private static final int RECORDS = 120;

  @TempDir Path folder;

  @Test
  void readsPixelsAndLabelsFromAFolder() throws IOException {
    Cifar100Fixture.writeFolder(
        folder,
        Map.of(
            "train.bin", Cifar100Fixture.records(RECORDS), "test.bin", Cifar100Fixture.records(7)));

    assertHoldsFixture(Cifar100.open(folder, Split.TRAIN, Labels.FINE, RECORDS), RECORDS);
    assertHoldsFixture(Cifar100.open(folder, Split.TEST, Labels.FINE, 7), 7);
  }

  @Test
  void readsTheFolderInsideAFolder() throws IOException {
    Cifar100Fixture.writeFolder(
        folder.resolve("cifar-100-binary"), Map.of("train.bin", Cifar100Fixture.records(3)));

    assertHoldsFixture(Cifar100.open(folder, Split.TRAIN, Labels.FINE, 3), 3);
  }

  @Test
  void readsTheArchive() throws IOException {
    Path archive =
        writeArchive(
            Map.of(
                "train.bin",
                Cifar100Fixture.records(RECORDS),
                "test.bin",
                Cifar100Fixture.records(7)));

    assertHoldsFixture(Cifar100.open(archive, Split.TRAIN, Labels.FINE, RECORDS), RECORDS);
    assertHoldsFixture(Cifar100.open(archive, Split.TEST, Labels.FINE, 7), 7);
  }

  @Test
  void superclassesFollowThePublishedTable() throws IOException {
    Files.write(folder.resolve("train.bin"), Cifar100Fixture.records(100));
    Cifar100 dataset = Cifar100.open(folder, Split.TRAIN, Labels.SUPERCLASS, 100);

    assertThat(dataset.classNames())
        .hasSize(20)
        .startsWith("aquatic_mammals", "fish", "flowers")
        .endsWith("trees", "vehicles_1", "vehicles_2");
    for (int i = 0; i < 100; i++) {
      assertThat(dataset.label(i))
          .isEqualTo(Cifar100Fixture.SUPERCLASS_OF_FINE[Cifar100Fixture.fineLabel(i)]);
    }
  }

  @Test
  void fineClassNamesAreInThePublishedOrder() {
    assertThat(Cifar100Classes.FINE).hasSize(100).doesNotHaveDuplicates();
    assertThat(Cifar100Classes.FINE.subList(0, 4))
        .containsExactly("apple", "aquarium_fish", "baby", "bear");
    assertThat(Cifar100Classes.FINE.subList(58, 62))
        .containsExactly("pickup_truck", "pine_tree", "plain", "plate");
    assertThat(Cifar100Classes.FINE.get(99)).isEqualTo("worm");
  }

  @Test
  void acceptsAgreeingNameFilesAndRefusesOthers() throws IOException {
    byte[] records = Cifar100Fixture.records(1);
    List<String> swapped = new ArrayList<>(Cifar100Classes.FINE);
    swapped.set(5, "bee");
    swapped.set(6, "bed");
    Path agreeing =
        writeArchive(
            Map.of(
                "train.bin",
                records,
                "fine_label_names.txt",
                Cifar100Fixture.text(Cifar100Classes.FINE),
                "coarse_label_names.txt",
                Cifar100Fixture.text(Cifar100Classes.SUPERCLASSES)));
    assertHoldsFixture(Cifar100.open(agreeing, Split.TRAIN, Labels.FINE, 1), 1);

    Path other = folder.resolve("other");
    Cifar100Fixture.writeFolder(
        other, Map.of("train.bin", records, "fine_label_names.txt", Cifar100Fixture.text(swapped)));
    assertRefused(other, 1, "fine_label_names.txt", "class name 5", "bee", "expected bed");

    Path shorter = folder.resolve("shorter");
    Cifar100Fixture.writeFolder(
        shorter,
        Map.of(
            "train.bin",
            records,
            "coarse_label_names.txt",
            Cifar100Fixture.text(Cifar100Classes.SUPERCLASSES.subList(0, 19))));
    assertRefused(shorter, 1, "class name 19 is missing, expected vehicles_2");
  }

  @Test
  void refusesMissingFiles() throws IOException {
    assertRefused(folder.resolve("nowhere"), 1, "nowhere", "no such file", "Name ");
    assertRefused(folder, 1, folder.toString(), "train.bin", "Name ");
    Path archive = writeArchive(Map.of("test.bin", Cifar100Fixture.records(1)));
    assertRefused(archive, 1, archive.toString(), "no entry cifar-100-binary/train.bin");
  }

  @Test
  void refusesWhatIsNoGzip() throws IOException {
    Path archive = folder.resolve("a.tar.gz");
    Files.write(archive, Cifar100Fixture.records(1));
    assertRefused(archive, 1, archive.toString(), "gzip", "fetch");
    Files.write(archive, new byte[0]);
    assertRefused(archive, 1, archive.toString(), "gzip", "fetch");
  }

  @Test
  void refusesTruncatedArchives() throws IOException {
    byte[] whole = Cifar100Fixture.archive(Map.of("train.bin", Cifar100Fixture.records(RECORDS)));
    Path archive = folder.resolve("a.tar.gz");
    Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(archive, RECORDS, "train.bin", "while reading record", "byte", "fetch");
    Files.write(archive, Arrays.copyOf(whole, whole.length - 4));
    assertRefused(archive, RECORDS, archive.toString(), "gzip", "fetch");
  }

  @Test
  void refusesArchivesWithAWrongChecksum() throws IOException {
    byte[] bytes = Cifar100Fixture.archive(Map.of("train.bin", Cifar100Fixture.records(1)));
    bytes[bytes.length - 8] ^= 1;
    Path archive = folder.resolve("a.tar.gz");
    Files.write(archive, bytes);
    assertRefused(archive, 1, archive.toString(), "GZIP trailer", "fetch");
  }

  @Test
  void refusesFilesOfAnotherLength() throws IOException {
    Path file = folder.resolve("train.bin");
    Files.write(file, Arrays.copyOf(Cifar100Fixture.records(3), 2 * 3074 + 5));
    assertRefused(
        folder, 3, file.toString(), "6153 bytes (2 records of 3074 bytes and 5 bytes more)");
    Files.write(file, Cifar100Fixture.records(2));
    assertRefused(folder, 3, "6148 bytes", "expected 9222 bytes (3 records)");
    Files.write(file, Cifar100Fixture.records(4));
    assertRefused(folder, 3, "12296 bytes", "expected 9222 bytes (3 records)");
    assertThatThrownBy(() -> Cifar100.open(folder, Split.TRAIN, Labels.FINE))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("(50000 records)");
    Files.write(folder.resolve("test.bin"), Cifar100Fixture.records(4));
    assertThatThrownBy(() -> Cifar100.open(folder, Split.TEST, Labels.FINE))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("(10000 records)");
  }

  @Test
  void refusesLabelsOutOfRange() throws IOException {
    writeWithLabels(2, 4, 100);
    assertRefused(folder, 3, "train.bin", "record 2", "byte 6148", "fine label is 100", "0 to 99");
    writeWithLabels(1, 20, 0);
    assertRefused(folder, 3, "record 1", "byte 3074", "coarse label is 20", "0 to 19");
    writeWithLabels(1, 255, 255);
    assertRefused(folder, 3, "coarse label is 255");
  }

  @Test
  void refusesCoarseLabelsThatContradictTheFineOnes() throws IOException {
    writeWithLabels(1, 5, 0);
    assertRefused(
        folder,
        3,
        "record 1",
        "coarse label is 5 (household_electrical_devices)",
        "expected 4 (fruit_and_vegetables), the superclass of fine label 0 (apple)");
  }

  @Test
  void refusesIndicesThatAreOutOfRange() throws IOException {
    Files.write(folder.resolve("train.bin"), Cifar100Fixture.records(2));
    Cifar100 dataset = Cifar100.open(folder, Split.TRAIN, Labels.FINE, 2);
    byte[] target = new byte[3072];
    for (int index : new int[] {-1, 2}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> dataset.read(index, target));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> dataset.label(index));
    }
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> dataset.read(0, new byte[3071]));
  }

  private static void assertHoldsFixture(Cifar100 dataset, int records) {
    assertThat(dataset.size()).isEqualTo(records);
    assertThat(dataset.height()).isEqualTo(32);
    assertThat(dataset.width()).isEqualTo(32);
    byte[] expected = new byte[3072];
    byte[] found = new byte[3072];
    for (int i = 0; i < records; i++) {
      for (int k = 0; k < expected.length; k++) {
        expected[k] = Cifar100Fixture.pixel(i, k / 96, k % 96 / 3, k % 3);
      }
      dataset.read(i, found);
      assertThat(found).isEqualTo(expected);
      assertThat(dataset.label(i)).isEqualTo(Cifar100Fixture.fineLabel(i));
    }
  }

  @Test
  void classNamesOfAnySizeAreNotReadIntoMemory() throws IOException {
    Path archive =
        writeArchive(
            Map.of(
                "coarse_label_names.txt",
                new byte[2_000_000],
                "train.bin",
                Cifar100Fixture.records(RECORDS)));
    assertRefused(
        archive,
        RECORDS,
        archive + ", entry cifar-100-binary/coarse_label_names.txt",
        "class names of more than 65536 bytes",
        "fetch");
  }

  @Test
  void anEntrysNameOfAnyLengthIsNotReadIntoMemory() throws IOException {
    Path archive = folder.resolve("cifar-100-binary.tar.gz");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
      TarArchiveEntry name = new TarArchiveEntry("name", TarConstants.LF_GNUTYPE_LONGNAME);
      name.setSize(2_000_000);
      tar.putArchiveEntry(name);
      tar.write(new byte[2_000_000]);
      tar.closeArchiveEntry();
    }
    assertRefused(archive, RECORDS, archive.toString(), "headers of more than 1048576 bytes");
  }

  @Test
  @Timeout(60)
  void aPipeIsNotWaitedFor() throws IOException, InterruptedException {
    Path pipe = folder.resolve("train.bin");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertRefused(folder, RECORDS, pipe.toString(), "not a regular file");
    assertRefused(pipe, RECORDS, pipe.toString(), "not a regular file");
  }

  private static void assertRefused(Path path, int records, String... messageParts) {
    assertThatThrownBy(() -> Cifar100.open(path, Split.TRAIN, Labels.FINE, records))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(messageParts);
  }

  private Path writeArchive(Map<String, byte[]> members) throws IOException {
    Path archive = folder.resolve("cifar-100-binary.tar.gz");
    Files.write(archive, Cifar100Fixture.archive(members));
    return archive;
  }

  /** Three records, one of them with these labels. */
  private void writeWithLabels(int record, int coarse, int fine) throws IOException {
    byte[] records = Cifar100Fixture.records(3);
    records[record * 3074] = (byte) coarse;
    records[record * 3074 + 1] = (byte) fine;
    Files.write(folder.resolve("train.bin"), records);
  }
}
