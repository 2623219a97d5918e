package io.troupe.models.parity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What PyTorch computed, in double, by the names of a graph's outputs. */
public final class Fixture {
  private static final String ENDING = ".npy";

  private Fixture() {}

  /** The arrays of a file beside this class; the caller closes them. */
  public static Map<String, INDArray> read(String file) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    try (InputStream resource = Fixture.class.getResourceAsStream(file + ".npz")) {
      if (resource == null) {
        throw new IllegalArgumentException("no fixture " + file + ".npz");
      }
      ZipInputStream zip = new ZipInputStream(resource);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        arrays.put(
            name.substring(0, name.length() - ENDING.length()),
            Nd4j.createNpyFromByteArray(zip.readAllBytes()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return arrays;
  }
}
