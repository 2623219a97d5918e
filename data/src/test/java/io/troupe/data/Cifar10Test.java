package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  private static final int FILE_RECORDS = 3;
  private static final int RECORD_BYTES = 3073;
  private static final String NAMES =
      "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

  @TempDir Path folder;

  /** In the order of the published archive, which is not that of the numbers. */
  private final Map<String, byte[]> members = new LinkedHashMap<>();

  @BeforeEach
  void makeMembers() {
    members.put("data_batch_1.bin", records(0));
    members.put("batches.meta.txt", NAMES.getBytes(StandardCharsets.UTF_8));
    members.put("data_batch_3.bin", records(6));
    members.put("data_batch_4.bin", records(9));
    members.put("test_batch.bin", records(15));
    members.put("readme.html", new byte[100]);
    members.put("data_batch_5.bin", records(12));
    members.put("data_batch_2.bin", records(3));
  }

  @Test
  void readsTheArchive() throws IOException {
    Path archive = folder.resolve("cifar-10-binary.tar.gz");
    Files.write(archive, archive());

    assertHolds(Cifar10.open(archive, Split.TRAIN, FILE_RECORDS), 0, 15);
    assertHolds(Cifar10.open(archive, Split.TEST, FILE_RECORDS), 15, 3);
  }

  @Test
  void readsTheFolderAndItsParent() throws IOException {
    Path inner = folder.resolve("cifar-10-batches-bin");
    Cifar100Fixture.writeFolder(inner, members);

    assertHolds(Cifar10.open(inner, Split.TRAIN, FILE_RECORDS), 0, 15);
    assertHolds(Cifar10.open(folder, Split.TRAIN, FILE_RECORDS), 0, 15);
    assertHolds(Cifar10.open(folder, Split.TEST, FILE_RECORDS), 15, 3);
  }

  @Test
  void expectsTheirPublishedLength() throws IOException {
    Cifar100Fixture.writeFolder(folder, members);
    assertThatThrownBy(() -> Cifar10.open(folder, Split.TEST))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("expected 30730000 bytes (10000 records)");
  }

  @Test
  void refusesMissingMembers() throws IOException {
    members.remove("data_batch_4.bin");
    Path archive = folder.resolve("a.tar.gz");
    Files.write(archive, archive());
    assertRefused(archive, "no entry cifar-10-batches-bin/data_batch_4.bin", "fetch cifar10");

    Cifar100Fixture.writeFolder(folder, members);
    assertRefused(folder, "neither data_batch_4.bin", "cifar-10-binary.tar.gz");
  }

  @Test
  void refusesLabelsOutOfRange() throws IOException {
    members.get("data_batch_5.bin")[RECORD_BYTES] = 10;
    Cifar100Fixture.writeFolder(folder, members);
    assertRefused(
        folder, "data_batch_5.bin", "record 1 (from 0, byte 3073)", "label is 10, expected 0 to 9");
  }

  @Test
  void refusesOtherClassNames() throws IOException {
    members.put("batches.meta.txt", NAMES.replace("frog", "toad").getBytes(StandardCharsets.UTF_8));
    Cifar100Fixture.writeFolder(folder, members);
    assertRefused(folder, "batches.meta.txt", "class name 6 is toad, expected frog");
  }

  private static void assertRefused(Path path, String... messageParts) {
    assertThatThrownBy(() -> Cifar10.open(path, Split.TRAIN, FILE_RECORDS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(messageParts);
  }

  private static void assertHolds(Cifar10 dataset, int first, int count) {
    assertThat(dataset.size()).isEqualTo(count);
    assertThat(dataset.height()).isEqualTo(32);
    assertThat(dataset.width()).isEqualTo(32);
    assertThat(dataset.classNames()).hasSize(10).startsWith("airplane").endsWith("truck");
    byte[] expected = new byte[3072];
    byte[] found = new byte[3072];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < expected.length; k++) {
        expected[k] = Cifar100Fixture.pixel(first + i, k / 96, k % 96 / 3, k % 3);
      }
      dataset.read(i, found);
      assertThat(found).isEqualTo(expected);
      assertThat(dataset.label(i)).isEqualTo((first + i) * 7 % 10);
    }
  }

  private static byte[] records(int first) {
    byte[] bytes = new byte[FILE_RECORDS * RECORD_BYTES];
    for (int i = 0; i < FILE_RECORDS; i++) {
      bytes[i * RECORD_BYTES] = (byte) ((first + i) * 7 % 10);
      for (int k = 0; k < 3072; k++) {
        bytes[i * RECORD_BYTES + 1 + k] =
            Cifar100Fixture.pixel(first + i, k % 1024 / 32, k % 32, k / 1024);
      }
    }
    return bytes;
  }

  private byte[] archive() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry("cifar-10-batches-bin/" + member.getKey());
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
