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
 * What people wrote about a run, kept in its notes.json.
 *
 * @param name that the run is called by; empty if it is its folder's
 * @param notes free text
 * @param tags words to find it by
 */
public record RunNotes(String name, String notes, List<String> tags) {
  /** Characters of a name. */
  public static final int LONGEST_NAME = 200;

  /** Characters of the notes. */
  public static final int LONGEST_NOTES = 20_000;

  /** Tags of a run. */
  public static final int MOST_TAGS = 20;

  /** Characters of a tag. */
  public static final int LONGEST_TAG = 50;

  /** What the notes are called in JSON. */
  public static final List<String> MEMBERS = List.of("name", "notes", "tags");

  /** Of a run that nobody wrote about. */
  static final RunNotes NONE = new RunNotes("", "", List.of());

  private static final int MOST_BYTES = 1 << 18;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Checked notes, without spaces around name and tags, and without empty tags.
   *
   * @throws IllegalArgumentException if one is too long, or has characters that are no text; says
   *     which and what is allowed
   */
  public RunNotes {
    name = name.strip();
    tags = tags.stream().map(String::strip).filter(tag -> !tag.isEmpty()).distinct().toList();
    requireShort("name", name, LONGEST_NAME);
    requireShort("notes", notes, LONGEST_NOTES);
    if (tags.size() > MOST_TAGS) {
      throw new IllegalArgumentException(
          "%d tags found; allowed: at most %d".formatted(tags.size(), MOST_TAGS));
    }
    tags.forEach(tag -> requireShort("a tag", tag, LONGEST_TAG));
    if (name.chars().anyMatch(Character::isISOControl)
        || tags.stream().anyMatch(tag -> tag.chars().anyMatch(Character::isISOControl))) {
      throw new IllegalArgumentException("name and tags are of one line each");
    }
  }

  private static void requireShort(String what, String text, int longest) {
    if (text.length() > longest) {
      throw new IllegalArgumentException(
          "%s has %d characters; allowed: at most %d".formatted(what, text.length(), longest));
    }
  }

  /**
   * Notes from JSON; members that are absent keep their values.
   *
   * @throws IllegalArgumentException if a member is of another type, or too long
   */
  public RunNotes with(JsonNode json) {
    List<String> all = new ArrayList<>(tags);
    if (json.has("tags")) {
      all.clear();
      if (!json.get("tags").isArray()) {
        throw new IllegalArgumentException("tags is not an array of texts");
      }
      json.get("tags").forEach(tag -> all.add(text(tag, "a tag")));
    }
    return new RunNotes(
        json.has("name") ? text(json.get("name"), "name") : name,
        json.has("notes") ? text(json.get("notes"), "notes") : notes,
        all);
  }

  private static String text(JsonNode value, String what) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException(what + " is not a text");
    }
    return value.asText();
  }

  /** The notes of a run; none if there is no file that can be read. */
  static RunNotes read(RunDirectory directory) {
    Optional<String> text = RunFiles.text(directory.notes(), MOST_BYTES);
    try {
      return text.isEmpty() ? NONE : NONE.with(JSON.readTree(text.get()));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return NONE; // Somebody else's file: the next notes replace it.
    }
  }

  /** Writes the notes, so that a crash leaves the old or the new ones. */
  void write(RunDirectory directory) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("notes", notes);
    json.put("tags", tags);
    AtomicFile.replace(
        directory.notes(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }
}
