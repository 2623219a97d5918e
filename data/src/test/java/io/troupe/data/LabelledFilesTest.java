package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.DatasetSettings.ClassOrder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels in dataset.json and in CSV files. */
class LabelledFilesTest {
  @TempDir Path folder;

  @Test
  void labelsOfADatasetToolsFolder() throws IOException {
    files("00000/img1.png", "00000/img2.png", "00001/img3.png", "00001/img4.png", "notes.txt");
    json(
        "{\"name\": {\"x\": [1]}, \"labels\": [[\"00001\\\\img3.png\", 3], [\"00000/img1.png\", 3],"
            + " [\"00000/img2.png\", 0], [\"gone.png\", 1], [\"../out.png\", 1]]}");

    assertThat(Datasets.kindAt(folder)).contains("dataset-json");
    ImageListing listing = DatasetJson.list(folder);

    assertThat(listing.classNames()).containsExactly("0", "1", "2", "3");
    assertThat(names(listing)).containsExactly("img2.png", "img1.png", "img3.png");
    assertThat(IntStream.range(0, 3).map(listing::label)).containsExactly(0, 3, 3);
    assertThat(listing.count(1)).isZero();
    assertThat(listing.notes()).hasSize(2);
    assertThat(listing.notes().get(1))
        .contains("2 of 4 classes have no pictures, the first is 1", "without gaps");
    assertThat(listing.notes().get(0))
        .contains(
            "3 pictures in 4 classes",
            "1 .txt",
            "1 labelled and not there (the first is gone.png)",
            "1 without a label (the first is 00001/img4.png)",
            "1 with a name that leads out of it (the first is ../out.png)");
  }

  @Test
  void labelsInAZipArchive() throws IOException {
    Path file = folder.resolve("faces.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("dataset.json"));
      zip.write("{\"labels\": [[\"a/1.png\", 1], [\"a/2.png\", 0]]}".getBytes(UTF_8));
      for (String name : List.of("a/1.png", "a/2.png")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(TestImages.png(3, 3, 5));
      }
    }
    assertThat(Datasets.kindAt(file)).contains("dataset-json");
    ImageListing listing = DatasetJson.list(file);
    assertThat(names(listing)).containsExactly("2.png", "1.png");
    assertThat(ImageFile.read(listing.file(0), false).pixels()).containsOnly(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"labels\": null}", "{}"})
  void withoutLabelsAllIsOneClass(String text) throws IOException {
    files("b/2.png", "a/deep/1.png");
    json(text);
    ImageListing listing = DatasetJson.list(folder);
    assertThat(listing.classNames()).containsExactly("all");
    assertThat(names(listing)).containsExactly("1.png", "2.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1] | expected an object",
        "{\"labels\": 3} | expected an array of labels, or null",
        "{\"labels\": [3]} | expected a pair of name and label",
        "{\"labels\": [[3, 3]]} | expected a pair of name and label",
        "{\"labels\": [[\"a.png\", 1.5]]} | expected a whole number as the label of a.png",
        "{\"labels\": [[\"a.png\", [0.1, 0.2]]]} | expected a whole number as the label of a.png",
        "{\"labels\": [[\"a.png\", -1]]} | expected a label from 0 to 99999 of a.png, not -1",
        "{\"labels\": [[\"a.png\", 100000]]} | expected a label from 0 to 99999 of a.png",
        "{\"labels\": [[\"a.png\", 99999999999999999999]]} | not the JSON",
        "{\"labels\": [[\"a.png\", 1, 2]]} | expected a pair of name and label",
        "{\"labels\": [[\"a.png\", 1], [\"a.png\", 2]]} | a.png has the label 2, and another one, 1",
        "{\"labels\": [[\"b.png\", 1]]} | none of its 1 labels is of a picture that is there",
        "{\"labels\": [[\"a.png\", | not the JSON",
      })
  void whatIsNotAsTheToolWritesItIsRefused(String text, String message) throws IOException {
    files("a.png");
    json(text);
    assertThatThrownBy(() -> DatasetJson.list(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("dataset.json", message);
  }

  @Test
  void rowsOfACsvFile() throws IOException {
    files("sub/猫 1.png", "b.png", "c,d.png", "e.png", "unnamed.png");
    Path csv =
        csv(
            "\uFEFFsub/猫 1.png,katze\r\n\"c,d.png\",\"say \"\"dog\"\"\"\r\n\r\nb.png , katze\r\n"
                + "gone.png,x\r\n./e.png,ä\r\n");
    assertThat(Datasets.kindAt(csv)).contains("csv");
    ImageListing listing = CsvLabels.list(csv, ClassOrder.NUMBERS);
    assertThat(listing.classNames()).containsExactly("katze", "say \"dog\"", "ä");
    assertThat(names(listing)).containsExactly("b.png", "猫 1.png", "c,d.png", "e.png");
    assertThat(listing.notes())
        .singleElement()
        .asString()
        .contains(
            "1 labelled and not there (the first is gone.png)",
            "1 without a label (the first is unnamed.png)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file,label\na.png,10\nb.png,9\n",
        "Label;x,File,LABEL\n?,a.png,10\n?,b.png,9",
        "id,class\na.png,10\nb.png,9",
        "a.png,10\nb.png,9\na.png,10"
      })
  void aFirstRowMayNameTheColumns(String text) throws IOException {
    files("a.png", "b.png");
    ImageListing listing = CsvLabels.list(csv(text), ClassOrder.NUMBERS);
    assertThat(listing.classNames()).containsExactly("9", "10");
    assertThat(names(listing)).containsExactly("b.png", "a.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | it has no rows",
        "file,label | it has no rows",
        "'a.png;1' | line 1: found \"a.png;1\". Expected rows of a picture's name",
        "a.png, | found \"a.png,\"",
        "'id,x,y\na.png,1,2' | its columns are [id, x, y]; call those of names and labels file and label",
        "'a.png,1\na.png,2' | line 2: a.png has the label 2, and another one, 1",
        "'a.png,\"1' | cannot be read as CSV: (startline 1) EOF reached",
        "'b.png,1' | none of its 1 labels is of a picture that is there (1 labelled and not there",
      })
  void whatIsNoListOfLabelsIsRefused(String text, String message) throws IOException {
    files("a.png");
    Path csv = csv(text);
    assertThatThrownBy(() -> CsvLabels.list(csv, ClassOrder.NUMBERS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("labels.csv", message);
  }

  /** It parts names from one another where decoded pictures are kept. */
  @Test
  void aLabelWithNulIsRefused() throws IOException {
    files("a.png");
    Path csv = csv("a.png,1\0x");
    assertThatThrownBy(() -> CsvLabels.list(csv, ClassOrder.NUMBERS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContainingAll("line 1", "the label of a.png", "NUL");
  }

  @Test
  void aCsvFileThatIsNotInUtf8OrNotThereIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("a.csv"), "a.png,Käfer".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> CsvLabels.list(file, ClassOrder.NUMBERS))
        .hasMessageContaining("a.csv: not in UTF-8");
    assertThatThrownBy(() -> CsvLabels.list(folder.resolve("no.csv"), ClassOrder.NUMBERS))
        .hasMessageContaining("no.csv: there is no such file");
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, TestImages.png(2, 2, 1));
    }
  }

  private void json(String text) throws IOException {
    Files.writeString(folder.resolve("dataset.json"), text);
  }

  private Path csv(String text) throws IOException {
    return Files.writeString(folder.resolve("labels.csv"), text);
  }

  private static List<String> names(ImageListing listing) {
    return IntStream.range(0, listing.size()).mapToObj(i -> listing.file(i).name()).toList();
  }
}
