package io.troupe.actors.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A line of a journal, as it is read: one object for all lines, so that the many events {@code
 * step} make no tree of objects each.
 */
public final class JournalEntry {
  /** Of a step event's numbers, more than any has. */
  private static final int MOST_NUMBERS = 32;

  private static final String STEP = RunEvent.STEP.label();
  private static final byte[] STEP_MARK =
      "\"event\":\"%s\"".formatted(STEP).getBytes(StandardCharsets.US_ASCII);
  private static final Set<String> COMMON = Set.of("time", "event", "step");
  private static final int MARK_WITHIN = 96;

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  private static final ObjectMapper JSON =
      new ObjectMapper(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final String[] names = new String[MOST_NUMBERS];
  private final double[] values = new double[MOST_NUMBERS];
  private int numbers;
  private String event = "";
  private Optional<Instant> time = Optional.empty();
  private long step;
  private Optional<JsonNode> tree = Optional.empty();

  /** Reads a line; false if it is no event. */
  public boolean read(byte[] bytes, int offset, int length) {
    numbers = 0;
    tree = Optional.empty();
    try {
      return isStep(bytes, offset, length)
          ? readStep(bytes, offset, length)
          : readTree(bytes, offset, length);
    } catch (IOException e) {
      return false; // No JSON: whoever reads counts these lines.
    }
  }

  /** Whether a line looks like an event {@code step}, as the journal writes it. */
  public static boolean isStep(byte[] bytes, int offset, int length) {
    int last = Math.min(MARK_WITHIN, length) - STEP_MARK.length;
    for (int start = 0; start <= last; start++) {
      int i = 0;
      while (i < STEP_MARK.length && bytes[offset + start + i] == STEP_MARK[i]) {
        i++;
      }
      if (i == STEP_MARK.length) {
        return true;
      }
    }
    return false;
  }

  private boolean readStep(byte[] bytes, int offset, int length) throws IOException {
    event = "";
    time = Optional.empty();
    step = -1;
    try (JsonParser parser = FACTORY.createParser(bytes, offset, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING && name.equals("event")) {
          event = parser.getText();
        } else if (value == JsonToken.VALUE_STRING && name.equals("time")) {
          time = instant(parser.getText());
        } else if (value == JsonToken.VALUE_NUMBER_INT && name.equals(STEP)) {
          step = whole(parser);
        } else if (isNumber(value) && numbers < MOST_NUMBERS) {
          names[numbers] = name;
          values[numbers++] = parser.getDoubleValue();
        } else {
          parser.skipChildren();
        }
      }
      return parser.currentToken() == JsonToken.END_OBJECT
          && parser.nextToken() == null
          && (event.equals(STEP) || readTree(bytes, offset, length));
    }
  }

  private static boolean isNumber(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }

  private static long whole(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
  }

  private boolean readTree(byte[] bytes, int offset, int length) throws IOException {
    JsonNode node = JSON.readTree(bytes, offset, length);
    if (node == null || !node.path("event").isTextual()) {
      return false;
    }
    numbers = 0;
    tree = Optional.of(node);
    event = node.path("event").asText();
    time = instant(node.path("time").asText());
    step = stepOf(node, STEP);
    return true;
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** What happened, as the line calls it, e.g. {@code step}. */
  public String event() {
    return event;
  }

  /** What happened; empty if this version knows no such event. */
  public Optional<RunEvent> kind() {
    return RunEvent.of(event);
  }

  /** A copy of the line; empty if it does not say when what happened, or what is not known. */
  public Optional<JournalEvent> copy() {
    return kind()
        .flatMap(kind -> time.map(at -> new JournalEvent(at, kind, Math.max(0, step), details())));
  }

  private Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    for (int i = 0; i < numbers; i++) {
      details.put(names[i], values[i]);
    }
    tree.ifPresent(
        node ->
            details.putAll(JSON.convertValue(node, new TypeReference<Map<String, Object>>() {})));
    details.keySet().removeAll(COMMON);
    return Collections.unmodifiableMap(details);
  }

  /** When. */
  public Optional<Instant> time() {
    return time;
  }

  /** The step that the run was at; -1 if the line does not say so. */
  public long step() {
    return step;
  }

  /** How many numbers an event {@code step} has, but for its step. */
  public int numbers() {
    return numbers;
  }

  /** Their names. */
  public String name(int number) {
    return names[number];
  }

  /** Their values. */
  public double value(int number) {
    return values[number];
  }

  /** A text of another event; empty if there is none. */
  public String text(String member) {
    return tree.map(node -> node.path(member))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .orElse("");
  }

  /** A step of another event; -1 if there is none. */
  public long step(String member) {
    return tree.map(node -> stepOf(node, member)).orElse(-1L);
  }

  /** Any member of another event; of no type if there is none. */
  public JsonNode member(String name) {
    return tree.map(node -> node.path(name)).orElseGet(JSON::missingNode);
  }

  private static long stepOf(JsonNode node, String member) {
    JsonNode value = node.path(member);
    return value.isIntegralNumber() && value.canConvertToLong() ? value.asLong() : -1;
  }
}
