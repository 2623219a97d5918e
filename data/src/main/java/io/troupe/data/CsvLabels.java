package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.ClassOrder;
import io.troupe.data.ImageListing.ImageClass;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Image files whose classes stand in a CSV file (RFC 4180, in UTF-8): a column of names, relative
 * to the CSV file's folder, and one of labels, which are any texts. If its first row names no
 * image, it has the names of the columns, and columns called file and label are taken, else the
 * first two.
 */
final class CsvLabels extends ImageFilesFormat {
  private static final String WANTED =
      "Expected rows of a picture's name, relative to the CSV file's folder, and its label";

  CsvLabels() {
    super("csv", "the CSV file", "class-order");
  }

  @Override
  ImageListing files(DatasetSettings settings) {
    return list(path(settings), settings.classOrder());
  }

  /**
   * Lists the files that a CSV file names.
   *
   * @throws DatasetException if it is missing, or not as described
   */
  static ImageListing list(Path path, ClassOrder order) {
    if (!Files.isRegularFile(path)) {
      throw new DatasetException(
          "%s: %s. Name a CSV file"
              .formatted(
                  path, Files.exists(path) ? "not a regular file" : "there is no such file"));
    }
    LeftOut leftOut = new LeftOut();
    FileEntry root = DiskEntry.of(path.toAbsolutePath().getParent());
    LabelledFiles labels = new LabelledFiles(root, path.toString(), leftOut);
    try (Reader text =
            new BufferedReader(
                new InputStreamReader(Files.newInputStream(path), UTF_8.newDecoder()));
        CSVParser rows =
            CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get().parse(withoutMark(text))) {
      read(path, rows, labels);
      Map<String, FileEntry> files = new TreeMap<>();
      DatasetJson.collect(root, "", files, new LeftOut(), new HashSet<>());
      List<ImageClass> classes =
          ClassNames.sorted(List.copyOf(labels.classes(files).values()), ImageClass::name, order);
      return new ImageListing(root, classes, leftOut, List.of());
    } catch (CharacterCodingException e) {
      throw new DatasetException("%s: not in UTF-8; save it so".formatted(path), e);
    } catch (UncheckedIOException e) {
      throw unreadable(path, e.getCause());
    } catch (IOException | IllegalStateException e) {
      throw unreadable(path, e);
    }
  }

  private static DatasetException unreadable(Path path, Exception error) {
    return new DatasetException(
        "%s: cannot be read as CSV: %s. A quote that is opened has to be closed, and one within quotes doubled"
            .formatted(path, error.getMessage()),
        error);
  }

  /** Without the mark that some programs write before a text in UTF-8. */
  private static Reader withoutMark(Reader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
    return text;
  }

  private static void read(Path path, CSVParser rows, LabelledFiles labels) {
    int file = 0;
    int label = 1;
    for (CSVRecord row : rows) {
      String place = "line " + rows.getCurrentLineNumber();
      if (row.getRecordNumber() == 1 && row.size() > 1 && !ImageListing.isImage(row.get(0))) {
        List<String> names =
            row.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
        boolean named = names.contains("file") && names.contains("label");
        if (!named && names.size() != 2) {
          throw new DatasetException(
              "%s: its columns are %s; call those of names and labels file and label, or leave only them"
                  .formatted(path, names));
        }
        file = named ? names.indexOf("file") : 0;
        label = named ? names.indexOf("label") : 1;
        continue;
      }
      if (row.size() <= Math.max(file, label)
          || row.get(file).isBlank()
          || row.get(label).isBlank()) {
        throw new DatasetException(
            "%s, %s: found \"%s\". %s, with a comma between"
                .formatted(path, place, String.join(",", row.toList()), WANTED));
      }
      if (row.get(label).indexOf('\0') >= 0) {
        throw new DatasetException(
            "%s, %s: the label of %s has the character NUL in it; save the file as text in UTF-8"
                .formatted(path, place, row.get(file).strip()));
      }
      labels.add(place, row.get(file).strip(), row.get(label).strip());
    }
    if (labels.names().isEmpty()) {
      throw new DatasetException("%s: it has no rows. %s".formatted(path, WANTED));
    }
  }

  @Override
  public boolean isAt(Path path) {
    return Files.isRegularFile(path) && path.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
  }
}
