package io.troupe.actors.sampling;

/**
 * Where the pictures of a grid are.
 *
 * @param downwards picture 1 is below picture 0, not right of it
 */
public record GridLayout(int rows, int columns, boolean downwards) {
  /** Pixels between pictures and around them. */
  public static final int GAP = 2;

  /** A square, filled row by row. */
  public static GridLayout square(int pictures) {
    return ofColumns(pictures, (int) Math.ceil(Math.sqrt(pictures)));
  }

  /** Rows of so many pictures. */
  public static GridLayout ofColumns(int pictures, int columns) {
    return new GridLayout((pictures + columns - 1) / columns, columns, false);
  }

  /** A row for each class, for pictures of each class in turn. */
  public static GridLayout rowPerClass(int pictures, int classes) {
    int rows = Math.min(classes, pictures);
    return new GridLayout(rows, (pictures + rows - 1) / rows, true);
  }

  /** The row of a picture. */
  int row(int picture) {
    return downwards ? picture % rows : picture / columns;
  }

  /** The column of a picture. */
  int column(int picture) {
    return downwards ? picture / rows : picture % columns;
  }
}
