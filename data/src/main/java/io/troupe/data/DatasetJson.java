package io.troupe.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.troupe.config.DatasetSettings;
import io.troupe.config.files.IoReason;
import io.troupe.data.ImageListing.ImageClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Image files in a folder or zip archive, at any depth, with their labels in its file dataset.json,
 * as the dataset tool of StyleGAN2-ADA writes it: {@code {"labels": [["00000/img.png", 6], ...]}}.
 * Labels count from 0 to the largest one, whose names are these numbers. Without labels, or with
 * null, all images are of one class.
 */
final class DatasetJson extends ImageFilesFormat {
  private static final String NAME = "dataset.json";
  private static final int MOST_CLASSES = 100_000;
  private static final long MOST_BYTES = 1L << 30;

  DatasetJson() {
    super("dataset-json", "the folder or archive that holds dataset.json");
  }

  @Override
  ImageListing files(DatasetSettings settings) {
    return list(path(settings));
  }

  /**
   * Lists a folder or archive.
   *
   * @throws DatasetException if there is none, or its dataset.json is not as described
   */
  static ImageListing list(Path path) {
    LeftOut leftOut = new LeftOut();
    FileEntry root = Files.isDirectory(path) ? DiskEntry.of(path) : ZipArchive.open(path, leftOut);
    try {
      FileEntry json =
          child(root, NAME)
              .orElseThrow(
                  () ->
                      new DatasetException(
                          "%s: there is no %s in it; without labels dataset.kind is image-folder or image-zip"
                              .formatted(root, NAME)));
      Map<String, FileEntry> files = new TreeMap<>();
      collect(root, "", files, leftOut, new HashSet<>());
      LabelledFiles labels = new LabelledFiles(root, json.toString(), leftOut);
      List<ImageClass> classes =
          read(json, labels)
              ? numbered(labels.classes(files), root)
              : List.of(new ImageClass("all", root, List.copyOf(files.values())));
      if (files.isEmpty()) {
        throw new DatasetException(
            "%s: there are no pictures (%s) in it".formatted(root, ImageListing.ENDINGS));
      }
      return new ImageListing(root, classes, leftOut, empty(root, classes));
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be read: %s".formatted(root, IoReason.of(e)), e);
    }
  }

  private static Optional<FileEntry> child(FileEntry folder, String name) throws IOException {
    return folder.children(new LeftOut()).stream()
        .filter(entry -> entry.name().equals(name) && !entry.isFolder())
        .findFirst();
  }

  /** Adds all images below a folder. */
  static void collect(
      FileEntry folder,
      String place,
      Map<String, FileEntry> files,
      LeftOut leftOut,
      Set<Object> above)
      throws IOException {
    Object identity = folder.identity();
    if (!above.add(identity)) {
      leftOut.loop(place);
      return;
    }
    for (FileEntry entry : folder.children(leftOut)) {
      String name = place + entry.name();
      if (entry.isFolder()) {
        collect(entry, name + "/", files, leftOut, above);
      } else if (ImageListing.isImage(name)) {
        files.put(name, entry);
      } else if (!name.equals(NAME)) {
        leftOut.otherKind(name);
      }
    }
    above.remove(identity);
  }

  /** Fills labels; false if there are none. */
  private static boolean read(FileEntry json, LabelledFiles labels) throws IOException {
    if (json.bytes() > MOST_BYTES) {
      throw new DatasetException(
          "%s: %d bytes are too many, at most %d".formatted(json, json.bytes(), MOST_BYTES));
    }
    try (JsonParser parser = new JsonFactory().createParser(json.content())) {
      require(json, parser, parser.nextToken() == JsonToken.START_OBJECT, "an object");
      boolean found = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("labels");
        JsonToken value = parser.nextToken();
        if (!wanted) {
          parser.skipChildren();
        } else if (value != JsonToken.VALUE_NULL) {
          require(json, parser, value == JsonToken.START_ARRAY, "an array of labels, or null");
          readLabels(json, parser, labels);
          found = true;
        }
      }
      return found;
    } catch (JacksonException e) {
      throw new DatasetException(
          "%s: not the JSON that StyleGAN2-ADA's dataset tool writes: %s"
              .formatted(json, reason(e)),
          e);
    }
  }

  private static String reason(JacksonException error) {
    return error.getLocation() == null
        ? error.getOriginalMessage()
        : "line %d: %s".formatted(error.getLocation().getLineNr(), error.getOriginalMessage());
  }

  private static void readLabels(FileEntry json, JsonParser parser, LabelledFiles labels)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String wanted = "a pair of name and label, such as [\"00000/img00000000.png\", 6]";
      require(json, parser, parser.currentToken() == JsonToken.START_ARRAY, wanted);
      String name = parser.nextTextValue();
      require(json, parser, name != null, wanted);
      boolean whole = parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
      require(json, parser, whole, "a whole number as the label of " + name);
      long label = parser.getLongValue();
      require(
          json,
          parser,
          label >= 0 && label < MOST_CLASSES,
          "a label from 0 to %d of %s, not %d".formatted(MOST_CLASSES - 1, name, label));
      labels.add(place(parser), name, Long.toString(label));
      require(json, parser, parser.nextToken() == JsonToken.END_ARRAY, wanted);
    }
  }

  private static String place(JsonParser parser) {
    return "line %d, column %d"
        .formatted(
            parser.currentTokenLocation().getLineNr(), parser.currentTokenLocation().getColumnNr());
  }

  private static void require(FileEntry json, JsonParser parser, boolean met, String wanted) {
    if (!met) {
      throw new DatasetException("%s, %s: expected %s".formatted(json, place(parser), wanted));
    }
  }

  /** Classes from 0 to the largest label, some of which may be empty. */
  private static List<ImageClass> numbered(Map<String, ImageClass> classes, FileEntry root) {
    int most = classes.keySet().stream().mapToInt(Integer::parseInt).max().orElse(0);
    List<ImageClass> all = new ArrayList<>();
    for (int label = 0; label <= most; label++) {
      String name = Integer.toString(label);
      all.add(classes.getOrDefault(name, new ImageClass(name, root, List.of())));
    }
    return all;
  }

  /** Networks know classes that they never see. */
  private static List<String> empty(FileEntry root, List<ImageClass> classes) {
    List<ImageClass> empty = classes.stream().filter(one -> one.files().isEmpty()).toList();
    return empty.isEmpty()
        ? List.of()
        : List.of(
            "%s: %d of %d classes have no pictures, the first is %s: labels are counted from 0 to the largest. Number them without gaps"
                .formatted(root, empty.size(), classes.size(), empty.get(0).name()));
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve(NAME));
    }
    try {
      return ZipArchive.isOne(path)
          && child(ZipArchive.open(path, new LeftOut()), NAME).isPresent();
    } catch (DatasetException e) {
      // Opened as an archive without labels, it will be said what is wrong with it.
      return false;
    }
  }
}
