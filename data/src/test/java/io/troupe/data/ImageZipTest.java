package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageZipTest {
  private static final int SIDE = 4;

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  /** As folders, those in the second name would take two gigabytes. */
  @Test
  void endlessFoldersAreLeftOut() throws IOException {
    Path file =
        zip(ZipEntry.STORED, UTF_8, "a/".repeat(99) + "1.png=1", "b/".repeat(30_000) + "2.png=2");
    assertThat(grays(open(file))).containsExactly(1);
    assertThat(notes).hasSize(1);
    assertThat(notes.get(0))
        .contains("left out: 1 in more than 100 folders in each other (the first is b/b/")
        .hasSizeLessThan(1000);
  }

  @ParameterizedTest
  @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
  void foldersInTheArchiveAreClasses(int method) throws IOException {
    Path file =
        zip(
            method,
            UTF_8,
            "pictures/",
            "pictures/猫/b.png=3",
            "pictures/猫/deep/a.png=4",
            "pictures/dog/1.png=1",
            "pictures/dog/list.txt=0",
            "pictures/.hidden/1.png=9",
            "__MACOSX/pictures/dog/1.png=9");
    ImageFiles dataset = open(file);

    assertThat(dataset.classNames()).containsExactly("dog", "猫");
    assertThat(grays(dataset)).containsExactly(1, 3, 4);
    assertThat(IntStream.range(0, 3).map(dataset::label)).containsExactly(0, 1, 1);
    assertThat(notes)
        .containsExactly(
            file
                + ", folder pictures/: 3 pictures in 2 classes; left out: 1 file of other kinds (1"
                + " .txt); 1 hidden");
  }

  @Test
  void anArchiveWithoutFoldersIsOneClass() throws IOException {
    ImageFiles dataset = open(zip(ZipEntry.DEFLATED, UTF_8, "2.png=2", "1.png=1"));
    assertThat(dataset.classNames()).containsExactly("all");
    assertThat(grays(dataset)).containsExactly(1, 2);
  }

  @Test
  void namesThatLeadOutOfItAndSecondNamesAreLeftOut() throws IOException {
    ImageFiles dataset =
        open(
            zip(
                ZipEntry.DEFLATED,
                UTF_8,
                "a/1.png=1",
                "a\\1.png=7",
                "a/../../etc/2.png=2",
                "/abs/3.png=3",
                "..\\4.png=4",
                "b/5.png=5"));
    assertThat(grays(dataset)).containsExactly(1, 5);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains(
            "3 with a name that leads out of it (the first is a/../../etc/2.png)",
            "1 named twice (the first is a\\1.png)");
  }

  @Test
  void namesNeedNotBeInUtf8() throws IOException {
    ImageFiles dataset =
        open(zip(ZipEntry.DEFLATED, Charset.forName("IBM437"), "Käfer/1.png=1", "x/2.png=2"));
    assertThat(grays(dataset)).hasSize(2);
    assertThat(dataset.classNames().get(0)).startsWith("K");
  }

  @Test
  void damagedContentIsReplacedByTheNextOfItsClass() throws IOException {
    Path file = zip(ZipEntry.STORED, UTF_8, "a/1.png=1", "a/2.png=2");
    byte[] content = Files.readAllBytes(file);
    content[30 + "a/1.png".length() + 60] ^= 1;
    Files.write(file, content);

    assertThat(grays(open(file))).containsExactly(2, 2);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains(file + ", entry a/1.png", "checksum", "stands in");
  }

  /** What a directory says of a length is no reason to fill the memory. */
  @Test
  void contentThatIsLongerThanTheDirectorySaysIsNotRead() throws IOException {
    Path file = zip(ZipEntry.DEFLATED, UTF_8, "a/1.png=1", "a/2.png=2");
    byte[] content = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.getInt(content.length - 6);
    bytes.putInt(directory + 24, 10);
    Files.write(file, content);
    assertThat(grays(open(file))).containsExactly(2, 2);

    bytes.putInt(directory + 24, 1 << 30);
    Files.write(file, content);
    notes.clear();
    assertThat(grays(open(file))).containsExactly(2, 2);
    assertThat(notes).singleElement().asString().contains("1073741824 bytes are too many");
  }

  /** It is so again next time, and nothing to wait for. */
  @Test
  void anEntryThatBeginsBehindTheArchiveIsReplaced() throws IOException {
    Path file = zip(ZipEntry.STORED, UTF_8, "a/1.png=1", "a/2.png=2");
    byte[] content = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.getInt(content.length - 6);
    bytes.putInt(directory + 42, content.length - 10);
    Files.write(file, content);

    assertThat(grays(open(file))).containsExactly(2, 2);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains("the archive is damaged: the entry ends too early", "stands in");
  }

  @Test
  void whatIsNoArchiveIsRefused() throws IOException {
    Path empty = Files.write(folder.resolve("empty.zip"), new byte[0]);
    assertRefused(empty, "empty.zip: cannot be read as a zip archive: the file is empty");
    byte[] whole = Files.readAllBytes(zip(ZipEntry.DEFLATED, UTF_8, "a/1.png=1"));
    Path cut = Files.write(folder.resolve("cut.zip"), Arrays.copyOf(whole, 90));
    assertRefused(cut, "cut.zip: cannot be read as a zip archive: it is cut off, or something");
    byte[] locked = whole.clone();
    // The flags of the directory's only entry.
    locked[new String(whole, ISO_8859_1).indexOf("PK\1\2") + 8] |= 1;
    assertRefused(Files.write(folder.resolve("locked.zip"), locked), "it is encrypted");
    assertRefused(folder, "cannot be read as a zip archive: not a regular file");
    assertRefused(folder.resolve("none.zip"), "there is no such file");
    Path text = zip(ZipEntry.DEFLATED, UTF_8, "a.txt=1");
    assertRefused(text, "there are no pictures", "1 file of other kinds (1 .txt)");
  }

  private void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll(parts);
  }

  private ImageFiles open(Path file) {
    ImageListing listing = new ImageZip().files(file, true, ClassOrder.NUMBERS);
    notes.addAll(listing.notes());
    return new ImageFiles(
        listing,
        new ImageFiles.Reading(
            new Squares(SIDE, Fit.CROP, Filter.BILINEAR), 0, false, Duration.ZERO),
        System::nanoTime,
        notes::add);
  }

  /** An archive of pictures, each "name=grey", and folders. */
  private Path zip(int method, Charset names, String... files) throws IOException {
    Path file = Files.createTempFile(folder, "a", ".zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out, names)) {
      for (String text : files) {
        String[] parts = text.split("=", -1);
        ZipEntry entry = new ZipEntry(parts[0]);
        byte[] content =
            parts.length > 1 ? TestImages.png(6, 5, Integer.parseInt(parts[1])) : new byte[0];
        entry.setMethod(method);
        if (method == ZipEntry.STORED) {
          CRC32 sum = new CRC32();
          sum.update(content);
          entry.setSize(content.length);
          entry.setCrc(sum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
      }
    }
    return file;
  }

  private static int[] grays(Dataset dataset) {
    byte[] image = new byte[3 * SIDE * SIDE];
    return IntStream.range(0, dataset.size())
        .map(
            i -> {
              dataset.read(i, image);
              assertThat(image).containsOnly(image[0]);
              return image[0];
            })
        .toArray();
  }
}
