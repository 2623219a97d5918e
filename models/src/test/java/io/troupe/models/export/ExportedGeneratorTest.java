package io.troupe.models.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.networks.ImageSpec;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Exported generators of all families and designs, as ONNX Runtime and SameDiff run them. */
@Tag("parity")
class ExportedGeneratorTest {
  private static final double TOLERANCE = 1e-4;
  private static final Path FIGURES = Path.of("target", "parity");

  @TempDir private Path folder;

  /** What runs a file. */
  private interface Runner {
    /** Pictures [N, C, H, W]. */
    float[] run(float[][] latents, int[] labels, float psi) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void onnxRuntimeMakesTheSamplersPictures(ExportCase made) throws Exception {
    Path file = folder.resolve("generator.onnx");
    try (ParameterVector values = made.drawn()) {
      try (ExportedGenerator generator =
          ExportedGenerator.of(made.settings(), made.spec(), values.floats())) {
        OnnxFile.of(generator, Map.of("step", "12")).write(file);
      }
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(1);
        try (OrtSession session = environment.createSession(file.toString(), options)) {
          assertThat(session.getMetadata().getProducerName()).isEqualTo("Troupe");
          assertThat(session.getMetadata().getCustomMetadata()).containsEntry("step", "12");
          assertThat(session.getOutputNames()).containsExactly("image");
          requireInputs(made, session.getInputNames());
          requirePictures(
              made,
              "onnx",
              values,
              (latents, labels, psi) -> run(environment, session, latents, labels, psi));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sameDiffMakesTheSamplersPictures(ExportCase made) throws Exception {
    Path file = folder.resolve("generator.fb");
    try (ParameterVector values = made.drawn()) {
      try (ExportedGenerator generator =
          ExportedGenerator.of(made.settings(), made.spec(), values.floats())) {
        SameDiffFile.write(generator, file);
      }
      SameDiff graph = SameDiff.load(file.toFile(), false);
      requireInputs(made, Set.copyOf(graph.inputs()));
      // Spectral norm's iteration is done: no operation is left that reads constants alone.
      for (SameDiffOp operation : graph.getOps().values()) {
        assertThat(operation.getInputsToOp())
            .as(operation.getName())
            .anyMatch(name -> graph.getVariable(name).getVariableType() != VariableType.CONSTANT);
      }
      requirePictures(
          made, "samediff", values, (latents, labels, psi) -> run(graph, latents, labels, psi));
    }
  }

  /** ONNX counts negative ones from the end. */
  @Test
  void onnxRuntimeRefusesClassesThatThereAreNot() throws Exception {
    ExportCase made = ExportCase.CONDITIONAL_DCGAN;
    Path file = folder.resolve("generator.onnx");
    try (ParameterVector values = made.drawn()) {
      try (ExportedGenerator generator =
          ExportedGenerator.of(made.settings(), made.spec(), values.floats())) {
        OnnxFile.of(generator, Map.of()).write(file);
      }
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString())) {
      float[][] latents = latents(made, 1);
      assertThat(run(environment, session, latents, new int[] {-1}, 1))
          .isEqualTo(run(environment, session, latents, new int[] {2}, 1));
      for (int label : new int[] {3, -4}) {
        assertThatThrownBy(() -> run(environment, session, latents, new int[] {label}, 1))
            .isInstanceOf(OrtException.class)
            .hasMessageContaining("indices element out of data bounds, idx=" + label);
      }
    }
  }

  /** A picture of no class, whatever the number is: nothing outside of a table is read. */
  @ParameterizedTest
  @EnumSource(names = {"CONDITIONAL_DCGAN", "BIGGAN", "STYLEGAN2_CIFAR"})
  void sameDiffMakesOnePictureOfAllClassesThatThereAreNot(ExportCase made) throws Exception {
    Path file = folder.resolve("generator.fb");
    try (ParameterVector values = made.drawn()) {
      try (ExportedGenerator generator =
          ExportedGenerator.of(made.settings(), made.spec(), values.floats())) {
        SameDiffFile.write(generator, file);
      }
    }
    SameDiff graph = SameDiff.load(file.toFile(), false);
    int classes = made.spec().classes();
    float[][] latents = latents(made, 1);
    float[] expected = run(graph, latents, new int[] {classes}, 1);
    for (float value : expected) {
      assertThat(value).isFinite();
    }
    for (int label : new int[] {classes + 1, 1 << 20, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      assertThat(run(graph, latents, new int[] {label}, 1)).as("%d", label).isEqualTo(expected);
    }
    assertThat(run(graph, latents, new int[] {0}, 1)).isNotEqualTo(expected);
  }

  private static void requireInputs(ExportCase made, Set<String> inputs) {
    boolean classes =
        switch (made) {
          case DCGAN, R3GAN_OF_ONE_CLASS, STYLEGAN2_COMPACT_OF_ONE_CLASS, STYLEGAN2_RESIDUAL ->
              false;
          default -> true;
        };
    assertThat(inputs.contains("latent")).isTrue();
    assertThat(inputs.contains("class")).isEqualTo(classes);
    assertThat(inputs.contains("truncation")).isEqualTo(made.hasStyles());
    assertThat(inputs).hasSize(1 + (classes ? 1 : 0) + (made.hasStyles() ? 1 : 0));
  }

  private static void requirePictures(
      ExportCase made, String format, ParameterVector values, Runner runner) throws Exception {
    double most = 0;
    for (int batch : new int[] {1, 3}) {
      for (float psi : made.hasStyles() ? new float[] {1, 0.6f} : new float[] {1}) {
        float[][] latents = latents(made, batch);
        int[] labels = new int[batch];
        for (int row = 0; row < batch; row++) {
          labels[row] = (row + batch) % made.spec().classes();
        }
        float[] expected = channelsSecond(made.spec(), made.pictures(values, latents, labels, psi));
        float[] found = runner.run(latents, labels, psi);
        assertThat(found).hasSameSizeAs(expected);
        double largest = 0;
        double range = 0;
        for (int i = 0; i < found.length; i++) {
          largest = Math.max(largest, Math.abs(found[i] - expected[i]));
          range = Math.max(range, Math.abs(expected[i]));
        }
        assertThat(range).isGreaterThan(0.1);
        assertThat(largest).as("%d pictures, psi %s", batch, psi).isCloseTo(0, within(TOLERANCE));
        most = Math.max(most, largest);
      }
    }
    // For reports: cat target/parity/*.
    Files.writeString(
        Files.createDirectories(FIGURES).resolve("%s-%s".formatted(format, made)),
        "%s of %s: largest difference %.1e%n".formatted(format, made, most));
  }

  private static float[][] latents(ExportCase made, int batch) {
    CounterRandom random = new CounterRandom(8, Stream.SAMPLING, batch, 0);
    float[][] latents = new float[batch][made.settings().latentSize()];
    for (float[] row : latents) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return latents;
  }

  private static float[] channelsSecond(ImageSpec spec, float[] pictures) {
    int pixels = spec.size() * spec.size();
    float[] turned = new float[pictures.length];
    for (int i = 0; i < pictures.length; i++) {
      int channel = i % spec.channels();
      int pixel = i / spec.channels() % pixels;
      int picture = i / spec.channels() / pixels;
      turned[(picture * spec.channels() + channel) * pixels + pixel] = pictures[i];
    }
    return turned;
  }

  private static float[] run(
      OrtEnvironment environment, OrtSession session, float[][] latents, int[] labels, float psi)
      throws OrtException {
    long[] classes = new long[labels.length];
    for (int i = 0; i < labels.length; i++) {
      classes[i] = labels[i];
    }
    try (OnnxTensor latent = OnnxTensor.createTensor(environment, latents);
        OnnxTensor label =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(classes), new long[] {labels.length});
        OnnxTensor truncation =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(new float[] {psi}), new long[] {1})) {
      Map<String, OnnxTensor> inputs =
          new HashMap<>(Map.of("latent", latent, "class", label, "truncation", truncation));
      inputs.keySet().retainAll(session.getInputNames());
      try (OrtSession.Result result = session.run(inputs)) {
        FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] pictures = new float[found.remaining()];
        found.get(pictures);
        return pictures;
      }
    }
  }

  private static float[] run(SameDiff graph, float[][] latents, int[] labels, float psi) {
    Map<String, INDArray> inputs =
        new HashMap<>(
            Map.of(
                "latent", Nd4j.createFromArray(latents),
                "class", Nd4j.createFromArray(labels).castTo(DataType.INT64),
                "truncation", Nd4j.createFromArray(psi)));
    inputs.keySet().retainAll(graph.inputs());
    return graph.outputSingle(inputs, "image").dup('c').data().asFloat();
  }
}
