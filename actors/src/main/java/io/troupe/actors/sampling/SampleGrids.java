package io.troupe.actors.sampling;

import io.troupe.config.RunSettings;
import io.troupe.models.networks.ImageSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The grids of one step: one with a row for each class, and if wanted one of each class alone.
 * Picture i is of class i mod classes.
 */
final class SampleGrids {
  private final int classes;
  private final int perClass;
  private final int columns;
  private final SampleGrid all;
  private final int inClass;
  private final int classColumns;
  private final List<SampleGrid> single = new ArrayList<>();

  /**
   * White grids.
   *
   * @param spec of the pictures
   */
  SampleGrids(RunSettings.Sampling settings, ImageSpec spec) {
    classes = spec.classes();
    perClass = settings.perClass();
    // Without classes the grid is a square.
    columns = classes == 1 ? side(perClass) : perClass;
    all =
        new SampleGrid(
            classes == 1 ? rows(perClass, columns) : classes, columns, spec, GridLayout.GAP);
    inClass = settings.classGrids();
    classColumns = side(inClass);
    if (inClass > 0) {
      for (int label = 0; label < classes; label++) {
        single.add(new SampleGrid(rows(inClass, classColumns), classColumns, spec, GridLayout.GAP));
      }
    }
  }

  private static int side(int pictures) {
    return (int) Math.ceil(Math.sqrt(pictures));
  }

  private static int rows(int pictures, int columns) {
    return (pictures + columns - 1) / columns;
  }

  /** How many pictures the grids hold. */
  int pictures() {
    return classes * Math.max(perClass, inClass);
  }

  /** Sets a picture, NHWC in [-1, 1], wherever it belongs. */
  void set(int picture, float[] pictures, int offset) {
    int label = picture % classes;
    int number = picture / classes;
    if (number < perClass) {
      int row = classes == 1 ? number / columns : label;
      all.set(row, classes == 1 ? number % columns : number, pictures, offset);
    }
    if (number < inClass) {
      single.get(label).set(number / classColumns, number % classColumns, pictures, offset);
    }
  }

  /** Writes the grid of all classes. */
  void write(Path file) throws IOException {
    all.write(file);
  }

  /**
   * Writes the grids of single classes into a folder, if there are any.
   *
   * @param names of the classes
   * @throws IOException if some cannot be written; the others are
   */
  void writeSingle(Path folder, List<String> names) throws IOException {
    SeparateFiles files = new SeparateFiles();
    for (int label = 0; label < single.size(); label++) {
      SampleGrid grid = single.get(label);
      Path file = folder.resolve(names.get(label) + ".png");
      files.write(() -> grid.write(file));
    }
    files.requireAll(folder);
  }
}
