package io.troupe.models.training;

import io.troupe.models.augmentation.Augmentation;
import io.troupe.models.augmentation.AugmentationDraws;
import io.troupe.models.augmentation.MirrorAndShift;
import io.troupe.models.memory.FloatVector;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The inputs of a step's whole batch, from which each micro-batch gets its rows. What is drawn is
 * drawn here, for all at once: no draw depends on the micro-batch. If there is only one, these are
 * the arrays of the programs, and nothing is copied.
 */
final class WholeBatch {
  /** How many micro-batches. */
  final int count;

  final Latents latents;
  final AugmentationDraws realAugmentation;
  final AugmentationDraws fakeAugmentation;
  final Map<String, AugmentationDraws> moves;
  private final StepArrays part;
  private final FloatVector fake;
  private FloatBuffer images = FloatBuffer.allocate(0);
  private int[] labels = {};
  private int realRow;

  /**
   * A whole batch.
   *
   * @param latents of the whole batch, or the part's
   * @param part the arrays of a micro-batch
   * @param owner gets what is allocated
   * @param pictures shape of the whole batch's images
   */
  WholeBatch(
      Latents latents,
      StepArrays part,
      Augmentation augmentation,
      Resources owner,
      long... pictures) {
    this.latents = latents;
    this.part = part;
    count = latents.batch() / part.latents.batch();
    if (count == 1) {
      realAugmentation = part.realAugmentation;
      fakeAugmentation = part.fakeAugmentation;
      moves = part.moves;
      fake = part.fake;
    } else {
      realAugmentation = owner.own(augmentation.draws(DataType.FLOAT, pictures));
      fakeAugmentation = owner.own(augmentation.draws(DataType.FLOAT, pictures));
      fake = owner.own(FloatVector.zeros(pictures));
      moves = new LinkedHashMap<>();
      for (String name : part.moves.keySet()) {
        moves.put(name, owner.own(new MirrorAndShift().draws(DataType.FLOAT, pictures)));
      }
    }
  }

  /** Real images from a row on, and their labels; they stay the caller's, and are read later. */
  void setReal(FloatBuffer pictures, int[] classes, int firstRow) {
    images = pictures;
    labels = classes;
    realRow = firstRow;
  }

  /** Loads real images, and how they are augmented. */
  void loadReal(int index) {
    int rows = part.realClasses.rows();
    int first = realRow + index * rows;
    int length = part.real.length();
    part.real.write().put(0, images, first * (length / rows), length);
    for (int row = 0; row < rows; row++) {
      part.realClasses.set(row, labels[first + row]);
    }
    if (count > 1) {
      part.realAugmentation.takePart(realAugmentation, index);
    }
  }

  /** Loads what images are generated of. */
  void loadLatents(int index) {
    if (count > 1) {
      part.latents.takePart(latents, index);
    }
  }

  /** Loads how generated images are augmented. */
  void loadFakeAugmentation(int index) {
    if (count > 1) {
      part.fakeAugmentation.takePart(fakeAugmentation, index);
    }
  }

  /** Loads how images are slightly changed. */
  void loadMoves(int index) {
    if (count > 1) {
      moves.forEach((name, draws) -> part.moves.get(name).takePart(draws, index));
    }
  }

  /** Keeps the images that were generated last. */
  void keepFake(int index) {
    if (count > 1) {
      part.fake.putPart(fake, index);
    }
  }

  /** Loads generated images that were kept. */
  void loadFake(int index) {
    if (count > 1) {
      part.fake.takePart(fake, index);
    }
  }
}
