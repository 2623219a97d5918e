package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.config.Assignment;
import io.troupe.config.DatasetSettings;
import io.troupe.config.SettingsChanges;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import io.troupe.config.files.PngFiles;
import io.troupe.data.Dataset;
import io.troupe.data.DatasetReport;
import io.troupe.data.Datasets;
import io.troupe.data.Survey;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a dataset holds. */
@Command(
    name = "data",
    description = {
      "Reads a dataset as training does, and says what is in it: pictures, classes, sizes, what is"
          + " left out and why, files that cannot be decoded, and files with the same content."
          + " Progress goes to the standard error. Exits with 1 if a file cannot be decoded.",
      "--set changes how it is read, as in 'train': dataset.kind, dataset.fit, dataset.filter, ..."
    },
    footer = {
      "  troupe data pictures --sheet sheet.png",
      "  troupe data pictures.zip --set dataset.size=64 --set dataset.fit=pad --json"
    })
final class DataCommand extends CliCommand {
  private static final int COLUMNS = 16;
  private static final int MOST_ROWS = 32;
  private static final int GAP = 2;
  private static final int MOST_LINES = 8;
  private static final int MOST_SAME = 3;
  private static final long TELL_NANOS = 2_000_000_000L;

  @Parameters(
      paramLabel = "PATH",
      description = "The dataset's folder, archive or file, as in 'train --data'.")
  private Path path;

  @Option(
      names = "--sheet",
      paramLabel = "FILE",
      description =
          "Draw pictures as training sees them, before augmentation, as a PNG file: a row for each"
              + " class, 32 classes at most; a file that is there is replaced.")
  private Optional<Path> sheet = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting of the section dataset to change; may be given several times.")
  private List<String> overrides = new ArrayList<>();

  @Mixin private JsonOption json;

  private long told = System.nanoTime();

  @Override
  public Integer call() throws CliException {
    if (sheet.filter(Files::isDirectory).isPresent()) {
      throw wrong("--sheet %s is a folder; name a PNG file".formatted(sheet.get()));
    }
    DatasetSettings settings = settings();
    Survey survey = Survey.of(settings, this::tell);
    PrintWriter screen = screen();
    screen.println(json.wanted() ? json(survey) : text(survey));
    screen.flush();
    if (sheet.isPresent()) {
      String rows = draw(settings, sheet.get(), survey);
      if (!json.wanted()) {
        screen.println(rows);
        screen.flush();
      }
    }
    return survey.unusable().isEmpty() ? 0 : 1;
  }

  private DatasetSettings settings() {
    for (String override : overrides) {
      if (!override.startsWith("dataset.")) {
        throw wrong(
            "--set %s: only settings of the section dataset count here".formatted(override));
      }
    }
    List<Assignment> changes = new ArrayList<>(overrides.stream().map(Assignment::set).toList());
    changes.add(
        Assignment.option("PATH", "dataset.path", path.toAbsolutePath().normalize().toString()));
    return SettingsLoader.load("demo", new SettingsChanges(List.of(), changes, Datasets::kindAt))
        .dataset();
  }

  private void tell(int count, int images) {
    tellSometimes(() -> "%d of %d pictures read".formatted(count, images));
  }

  private synchronized void tellSometimes(Supplier<String> text) {
    long now = System.nanoTime();
    if (now - told > TELL_NANOS) {
      told = now;
      tell(text.get());
    }
  }

  private void tell(String text) {
    PrintWriter errors = errors();
    errors.println(text);
    errors.flush();
  }

  /** Hears what opening the dataset for a sheet says that the survey has not said. */
  private final class SheetNotes implements DatasetReport {
    private final Survey survey;

    SheetNotes(Survey survey) {
      this.survey = survey;
    }

    @Override
    public void note(String note) {
      if (!survey.notes().contains(note)
          && survey.unusable().keySet().stream().noneMatch(note::startsWith)) {
        tell(onOneLine(note));
      }
    }

    @Override
    public void progress(String progress) {
      tellSometimes(() -> progress);
    }
  }

  private static String json(Survey survey) {
    ObjectNode answer = new ObjectMapper().valueToTree(survey);
    answer.set("shorter_sides", answer.remove("shorterSides"));
    return answer.toPrettyString();
  }

  private String text(Survey survey) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %s, %d %s in %d %s"
            .formatted(
                path,
                survey.kind(),
                survey.images(),
                survey.images() == 1 ? "picture" : "pictures",
                survey.classes().size(),
                survey.classes().size() == 1 ? "class" : "classes"));
    lines.add("classes     " + counts(survey.classes()));
    lines.add("sizes       " + counts(survey.sizes()));
    if (!survey.shorterSides().isEmpty()) {
      lines.add(
          "            shorter side from %d to %d pixels, median %d"
              .formatted(
                  survey.shorterSides().get(0),
                  survey.shorterSides().get(2),
                  survey.shorterSides().get(1)));
    }
    if (!survey.modes().isEmpty()) {
      lines.add("modes       " + counts(survey.modes()));
    }
    survey.notes().forEach(note -> lines.add("note        " + onOneLine(note)));
    some(
        lines,
        "unusable    ",
        survey.unusable().entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .toList());
    some(lines, "duplicates  ", survey.duplicates().stream().map(DataCommand::same).toList());
    return String.join(System.lineSeparator(), lines);
  }

  private static String same(List<String> files) {
    String some = files.stream().limit(MOST_SAME).collect(Collectors.joining(" = "));
    return files.size() > MOST_SAME
        ? "%s, and %d more".formatted(some, files.size() - MOST_SAME)
        : some;
  }

  /** Names may hold any characters. */
  private static String onOneLine(String text) {
    return text.replace("\n", "\\n").replaceAll("\\p{Cntrl}", "?");
  }

  private static void some(List<String> lines, String title, List<String> all) {
    for (int i = 0; i < Math.min(MOST_LINES, all.size()); i++) {
      lines.add((i == 0 ? title : " ".repeat(title.length())) + onOneLine(all.get(i)));
    }
    if (all.size() > MOST_LINES) {
      lines.add(
          " ".repeat(title.length())
              + "and %d more; --json has all".formatted(all.size() - MOST_LINES));
    }
  }

  private static String counts(Map<String, Integer> counts) {
    String some =
        counts.entrySet().stream()
            .limit(MOST_LINES)
            .map(entry -> onOneLine(entry.getKey()) + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return counts.size() > MOST_LINES
        ? "%s, and %d more".formatted(some, counts.size() - MOST_LINES)
        : some;
  }

  /**
   * A row for each class, its pictures spread evenly over their order.
   *
   * @return which row is which class, in words: names may need glyphs that no font here has
   */
  private String draw(DatasetSettings settings, Path file, Survey survey) throws CliException {
    Dataset dataset = Datasets.open(settings, 0, new SheetNotes(survey));
    int classes = dataset.classNames().size();
    List<List<Integer>> rows = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      rows.add(new ArrayList<>());
    }
    for (int i = 0; i < dataset.size(); i++) {
      rows.get(dataset.label(i)).add(i);
    }
    int drawn =
        classes == 1
            ? Math.min(COLUMNS, rows.get(0).size() / COLUMNS + 1)
            : Math.min(classes, MOST_ROWS);
    int cellWidth = dataset.width() + GAP;
    int cellHeight = dataset.height() + GAP;
    BufferedImage image =
        new BufferedImage(
            COLUMNS * cellWidth - GAP, drawn * cellHeight - GAP, BufferedImage.TYPE_INT_RGB);
    byte[] pixels = new byte[dataset.imageBytes()];
    for (int row = 0; row < drawn; row++) {
      List<Integer> indices = rows.get(classes == 1 ? 0 : row);
      int cells = classes == 1 ? COLUMNS * drawn : COLUMNS;
      for (int column = 0; column < COLUMNS; column++) {
        int cell = classes == 1 ? row * COLUMNS + column : column;
        int shown = Math.min(cells, indices.size());
        if (cell < shown) {
          dataset.read(indices.get((int) ((long) cell * indices.size() / shown)), pixels);
          paint(image, column * cellWidth, row * cellHeight, pixels, dataset);
        }
      }
    }
    try {
      byte[] png = PngFiles.bytes(image);
      AtomicFile.write(file, begun -> Files.write(begun, png));
    } catch (IOException e) {
      throw new CliException("cannot write %s: %s".formatted(file, IoReason.of(e)));
    }
    return "sheet       " + file + (classes == 1 ? "" : rows(dataset.classNames(), drawn));
  }

  private static String rows(List<String> names, int drawn) {
    String which =
        IntStream.range(0, drawn)
            .mapToObj(row -> "%d: %s".formatted(row + 1, onOneLine(names.get(row))))
            .collect(Collectors.joining(", "));
    String left =
        drawn < names.size()
            ? "; %d classes more are not drawn".formatted(names.size() - drawn)
            : "";
    return ", rows from the top: " + which + left;
  }

  private static void paint(
      BufferedImage image, int left, int top, byte[] pixels, Dataset dataset) {
    for (int y = 0; y < dataset.height(); y++) {
      for (int x = 0; x < dataset.width(); x++) {
        int at = dataset.channels() * (y * dataset.width() + x);
        for (int band = 0; band < 3; band++) {
          int level = pixels[at + Math.min(band, dataset.channels() - 1)] & 255;
          image.getRaster().setSample(left + x, top + y, band, level);
        }
      }
    }
  }
}
