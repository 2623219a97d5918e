package io.troupe.actors.cli;

import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import io.troupe.data.Dataset;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.metrics.extractors.Extractors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the features of pictures for other tools. */
@Command(
    name = "features",
    description =
        "Writes the features of pictures as a NumPy array, float32 [N, d], in the pictures' order."
            + " docs/metrics.md describes the extractors.",
    footer = {"  troupe features --images pictures --out features.npy"})
final class FeaturesCommand extends CliCommand {
  @Mixin private final ExtractorOptions extractors = new ExtractorOptions();
  @Mixin private final PictureOptions options = new PictureOptions();

  @Option(
      names = "--images",
      paramLabel = "PICTURES",
      required = true,
      description = "The pictures: " + PictureInput.PICTURES + ".")
  private String images;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The .npy file to write; it appears complete or not at all.")
  private Path out;

  @Option(names = "--logits", description = "The classifier's logits instead of the features.")
  private boolean logits;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Override
  public Integer call() throws CliException {
    OutputFile.requireFree(out, force);
    int batch = extractors.batch();
    PictureInput input = PictureInput.open(images, options, errors());
    Dataset pictures = input.requirePictures("this command");
    options.requireEffect(List.of(input));
    try (extractors) {
      Extractors.Chosen chosen = extractors.open(pictures.height(), pictures.width());
      if (logits && chosen.extractor().classes() == 0) {
        throw new CliException(
            "--logits: the extractor %s has no classifier".formatted(chosen.extractor().name()));
      }
      int width = logits ? chosen.extractor().classes() : chosen.extractor().dimension();
      AtomicFile.write(out, file -> write(file, pictures, chosen, width, batch));
      PrintWriter screen = screen();
      screen.printf(
          "%s: %s of %d pictures, float32 [%d, %d]%n  file: %s%n",
          chosen.extractor().name(),
          logits ? "logits" : "features",
          pictures.size(),
          pictures.size(),
          width,
          out);
      screen.flush();
      return 0;
    } catch (IOException e) {
      throw new CliException("cannot write %s: %s".formatted(out, IoReason.of(e)));
    }
  }

  private void write(Path file, Dataset pictures, Extractors.Chosen chosen, int width, int batch)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(batch * width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    FeatureStream stream = new FeatureStream(errors(), batch);
    try (OutputStream content = new BufferedOutputStream(Files.newOutputStream(file))) {
      NpyHeader.of(NpyType.FLOAT32, pictures.size(), width).write(content);
      stream.run(
          images,
          pictures,
          pictures.size(),
          chosen.extractor(),
          (features, classLogits, labels, count) -> {
            bytes.asFloatBuffer().put(logits ? classLogits : features, 0, count * width);
            content.write(bytes.array(), 0, count * width * Float.BYTES);
          });
    }
  }
}
