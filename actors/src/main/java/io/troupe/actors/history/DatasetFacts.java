package io.troupe.actors.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.files.AtomicFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run's pictures are, kept in its dataset.json so that it is known without the dataset.
 *
 * @param classes their names in the order of their labels
 * @param pictureSize side of a picture, in pixels
 * @param images how many there are
 */
public record DatasetFacts(List<String> classes, int pictureSize, int images) {
  private static final int MOST_BYTES = 1 << 22;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Facts, whose list does not change. */
  public DatasetFacts {
    classes = List.copyOf(classes);
  }

  /** Writes the file, so that a crash leaves the old or the new one. */
  public void write(RunDirectory directory) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("classes", classes);
    json.put("picture_size", pictureSize);
    json.put("images", images);
    AtomicFile.replace(directory.dataset(), JSON.writeValueAsString(json) + "\n");
  }

  /** The facts of a run; empty if it is older than they, or its file is damaged. */
  static Optional<DatasetFacts> read(RunDirectory directory) {
    Optional<String> text = RunFiles.text(directory.dataset(), MOST_BYTES);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(text.get());
      List<String> classes = new ArrayList<>();
      json.path("classes").forEach(name -> classes.add(name.asText()));
      int size = json.path("picture_size").asInt();
      return size > 0 && !classes.isEmpty()
          ? Optional.of(new DatasetFacts(classes, size, json.path("images").asInt()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
