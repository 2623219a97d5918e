package io.troupe.metrics.inception;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * The map of a state dict, as {@code torch.save} pickles it. A pickle is a program: of its
 * instructions and of the functions that it may name only those that such a map needs are carried
 * out. None can ask for more memory than the pickle has bytes, or for endless time.
 */
final class StateDictPickle extends Unpickler {
  /** Instructions that are letters, by their codes. */
  private static final String LETTERS = ".(0N}])KMJGqrhjtsuaebRQcXUTBC";

  private static final int STACK_GLOBAL = 0x93;
  private static final int FRAME = 0x95;
  private static final int SHORT_UNICODE = 0x8c;
  private static final int PROTOCOL = 0x80;
  private static final int FIRST_TUPLE = 0x85;
  private static final int SHORT_LONG = 0x8a;

  /** Stands for the class of a storage of floats. */
  private static final IObjectConstructor FLOATS =
      arguments -> {
        throw new PickleException("a storage is inside of the pickle");
      };

  private static final Map<String, IObjectConstructor> FUNCTIONS =
      Map.of(
          "collections.OrderedDict",
          arguments -> new StateDict(),
          "torch._utils._rebuild_tensor_v2",
          StateDictPickle::tensorOfStorage,
          "torch.FloatStorage",
          FLOATS);

  private final ByteArrayInputStream content;

  private StateDictPickle(byte[] pickle) {
    content = new ByteArrayInputStream(pickle);
  }

  /** Numbers of one file of the archive. */
  record StoredNumbers(String key, boolean floats) {}

  /** A part of a storage. */
  record StoredTensor(StoredNumbers storage, long offset, List<Long> shape, List<Long> strides) {
    boolean isContiguous() {
      if (strides.size() != shape.size()) {
        return false;
      }
      long expected = 1;
      for (int i = shape.size() - 1; i >= 0; i--) {
        if (shape.get(i) > 1 && strides.get(i) != expected) {
          return false;
        }
        expected *= shape.get(i);
      }
      return true;
    }
  }

  /** A map, or whatever else a pickle makes; further attributes are left out. */
  public static final class StateDict extends HashMap<Object, Object> {
    private static final long serialVersionUID = 1L;

    /** What the pickle calls for attributes, by reflection and with exactly this class. */
    @SuppressWarnings("NonApiType")
    public void __setstate__(HashMap<?, ?> attributes) {}
  }

  /**
   * The tensors of a pickle that have names.
   *
   * @throws IOException if it is none of a state dict
   */
  static Map<String, StoredTensor> read(byte[] pickle) throws IOException {
    StateDictPickle program = new StateDictPickle(pickle);
    Object all;
    try {
      all = program.load(program.content);
    } catch (RuntimeException e) {
      // It may do anything wrong with the objects that it makes.
      throw new IOException("no state dict: " + e.getMessage(), e);
    }
    if (!(all instanceof Map<?, ?> map)) {
      throw new IOException("no map of tensors");
    }
    Map<String, StoredTensor> tensors = new HashMap<>();
    map.forEach(
        (key, value) -> {
          if (key instanceof String name && value instanceof StoredTensor tensor) {
            tensors.put(name, tensor);
          }
        });
    return tensors;
  }

  @Override
  protected Object dispatch(short code) throws IOException {
    if (!isKnown(code)) {
      throw new PickleException("it has the instruction %d, which none needs".formatted(code));
    }
    switch (code) {
      case 'X', 'T', 'B' -> requireBytes();
      case 's', 'u' -> {
        return put(code == 's');
      }
      case 'c' -> {
        String module = PickleUtils.readline(content);
        return push(module, PickleUtils.readline(content));
      }
      case STACK_GLOBAL -> {
        Object name = stack.pop();
        return push(stack.pop(), name);
      }
      default -> {}
    }
    return super.dispatch(code);
  }

  private static boolean isKnown(int code) {
    return code < PROTOCOL
        ? LETTERS.indexOf(code) >= 0
        : code <= PROTOCOL + 1
            || (code >= FIRST_TUPLE && code <= SHORT_LONG)
            || code == SHORT_UNICODE
            || (code >= STACK_GLOBAL && code <= FRAME);
  }

  /** The library makes room for as many bytes as the pickle says before it looks for them. */
  private void requireBytes() {
    content.mark(0);
    long length = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      length |= (long) content.read() << shift;
    }
    if (length < 0 || length > content.available()) {
      throw new PickleException(
          "it has a text of %d bytes where %d are left".formatted(length, content.available()));
    }
    content.reset();
  }

  /** Puts values into the map below; their keys are texts and numbers, whose hash is soon found. */
  private Object put(boolean single) {
    List<Object> items = new ArrayList<>();
    if (single) {
      Object value = stack.pop();
      items.add(stack.pop());
      items.add(value);
    } else {
      items.addAll(stack.pop_all_since_marker());
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = (Map<Object, Object>) stack.peek();
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String || key instanceof Number)) {
        throw new PickleException("a map has a key that is neither text nor number");
      }
      map.put(key, items.get(i + 1));
    }
    return NO_RETURN_VALUE;
  }

  private Object push(Object module, Object name) {
    // What is not known is made an empty map: other entries of a state dict are left out.
    stack.add(FUNCTIONS.getOrDefault(module + "." + name, arguments -> new StateDict()));
    return NO_RETURN_VALUE;
  }

  @Override
  protected Object persistentLoad(Object id) {
    Object[] parts = (Object[]) id;
    return new StoredNumbers((String) parts[2], parts[1] == FLOATS);
  }

  private static Object tensorOfStorage(Object[] arguments) {
    return new StoredTensor(
        (StoredNumbers) arguments[0],
        ((Number) arguments[1]).longValue(),
        sizes(arguments[2]),
        sizes(arguments[3]));
  }

  private static List<Long> sizes(Object tuple) {
    List<Long> numbers = new ArrayList<>();
    for (Object number : (Object[]) tuple) {
      numbers.add(((Number) number).longValue());
    }
    return numbers;
  }
}
