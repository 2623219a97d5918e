package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a run's journal says of the checkpoint that its networks began with.
 *
 * @param json the event
 */
record InitialisedEvent(JsonNode json) {
  /** It is told before the first step. */
  private static final int FIRST_LINES = 200;

  /** The one of a run; empty if its networks began with random values, or its journal is away. */
  static Optional<InitialisedEvent> of(RunDirectory run) throws IOException {
    if (!Files.isRegularFile(run.events())) {
      return Optional.empty();
    }
    ObjectMapper mapper = new ObjectMapper();
    // Names of somebody's files may be in any encoding.
    try (Stream<String> lines = Files.lines(run.events(), StandardCharsets.ISO_8859_1)) {
      for (String line : lines.limit(FIRST_LINES).toList()) {
        if (line.contains('"' + RunEvent.INITIALISED.label() + '"')) {
          byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
          JsonNode event = mapper.readTree(new String(bytes, StandardCharsets.UTF_8));
          if (event.path("event").asText().equals(RunEvent.INITIALISED.label())) {
            return Optional.of(new InitialisedEvent(event));
          }
        }
      }
    } catch (JsonProcessingException e) {
      return Optional.empty(); // Half a line of a crash; config.conf tells the rest.
    }
    return Optional.empty();
  }

  /** Names of a network's tensors that were drawn anew; the average's are the generator's. */
  Set<String> drawn(StoredNetwork network) {
    String name = network == StoredNetwork.DISCRIMINATOR ? "discriminator" : "generator";
    Set<String> names = new TreeSet<>();
    for (JsonNode tensor : json.path(name).path("tensors")) {
      if (!tensor.path("taken").asBoolean()) {
        names.add(tensor.path("name").asText());
      }
    }
    return names;
  }
}
