package io.troupe.actors.collapse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The generated pictures of a class have had less than a share of the largest diversity that the
 * class had before, in several evaluations in a row.
 */
final class AlikePictures implements CollapseSign {
  private static final int MOST_NAMED = 5;

  private final int enough;
  private final double share;
  private final List<String> classes;
  private final double[] best;
  private final int[] inRow;

  AlikePictures(int enough, double share, List<String> classes) {
    this.enough = enough;
    this.share = share;
    this.classes = classes;
    best = new double[classes.size()];
    inRow = new int[classes.size()];
  }

  @Override
  public String label() {
    return "pictures-alike";
  }

  @Override
  public void hear(Evaluated found) {
    for (int i = 0; i < found.diversity().size(); i++) {
      double diversity = found.diversity().get(i);
      // Of a class with one picture or none it is not a number.
      if (!Double.isNaN(diversity)) {
        inRow[i] = diversity < share * best[i] ? inRow[i] + 1 : 0;
        best[i] = Math.max(best[i], diversity);
      }
    }
  }

  @Override
  public Optional<String> seen() {
    List<String> alike = new ArrayList<>();
    for (int i = 0; i < inRow.length; i++) {
      if (inRow[i] >= enough) {
        alike.add(classes.get(i));
      }
    }
    return alike.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the diversity within %d of %d classes (%s) was below %s of their best in %d evaluations in a row",
                alike.size(),
                classes.size(),
                String.join(", ", alike.subList(0, Math.min(MOST_NAMED, alike.size())))
                    + (alike.size() > MOST_NAMED ? ", ..." : ""),
                share,
                enough));
  }

  @Override
  public void wentBack() {
    Arrays.fill(inRow, 0);
  }
}
