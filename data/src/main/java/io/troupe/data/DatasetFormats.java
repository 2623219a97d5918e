package io.troupe.data;

import io.troupe.config.Catalogue;
import java.util.List;

/** The kinds of datasets that come with the program. */
public final class DatasetFormats implements Catalogue {
  /** In the order in which they are tried on a path: a folder of images may be anything. */
  @Override
  public List<DatasetFormat> datasets() {
    return List.of(
        new Shapes.Format(),
        new Cifar10.Format(),
        new Cifar100.Format(),
        Idx.Format.FASHION,
        Idx.Format.MNIST,
        new NpzDataset.Format(),
        new DatasetJson(),
        new CsvLabels(),
        new ImageZip(),
        new ImageFolder());
  }
}
