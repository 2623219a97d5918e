package io.troupe.models.weights;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * Reads the data of a pickle. A pickle is a program, which may name any function of Python and call
 * it. Here maps, lists, texts, numbers and tensors are made; every other call leaves an {@link
 * Inert} record of itself, and its name. No instruction can ask for more memory than the pickle has
 * bytes, or for endless time; long runs of bytes stay in the file.
 */
final class PickleReader extends Unpickler {
  private static final int MOST_CALLS = 20;

  /** Instructions that are letters, by their codes. */
  private static final String LETTERS = ".(01N}])KMJGqrhjtsuaebRQcXUTBC";

  private static final int PROTOCOL = 0x80;
  private static final int NEW_OBJECT = 0x81;
  private static final int FIRST_TUPLE = 0x85;
  private static final int SHORT_LONG = 0x8a;
  private static final int SHORT_UNICODE = 0x8c;
  private static final int LONG_BYTES = 0x8e;
  private static final int EMPTY_SET = 0x8f;
  private static final int ADD_ITEMS = 0x90;
  private static final int FROZEN_SET = 0x91;
  private static final int STACK_GLOBAL = 0x93;
  private static final int FRAME = 0x95;

  /** Calls that files of weights have, beyond the tensors; they too are not carried out. */
  private static final Set<String> HARMLESS =
      Set.of(
          "__builtin__.set",
          "__builtin__.frozenset",
          "__builtin__.slice",
          "builtins.set",
          "builtins.frozenset",
          "builtins.slice",
          "argparse.Namespace",
          "collections.defaultdict",
          "dnnlib.util.EasyDict",
          "numpy.dtype",
          "numpy.core.multiarray._reconstruct",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray._reconstruct",
          "numpy._core.multiarray.scalar",
          "torch.Size",
          "torch.device",
          PersistentModules.CALL);

  /** Finds storages by what a pickle says of them. */
  @FunctionalInterface
  interface Storages {
    Storage storage(Object... id) throws IOException;
  }

  private final ContentStream in;
  private final Storages storages;
  private final Set<String> foreign;

  /**
   * A reader of one pickle.
   *
   * @param foreign gets the names of what the pickle would call and no file of weights needs
   */
  PickleReader(ContentStream in, Storages storages, Set<String> foreign) {
    this.in = in;
    this.storages = storages;
    this.foreign = foreign;
  }

  /**
   * What the pickle holds; the stream is then behind it.
   *
   * @throws IOException if it is none, or has instructions that no file of weights needs
   */
  Object read() throws IOException {
    try {
      return load(in);
    } catch (RuntimeException e) {
      // It may do anything wrong with the objects that it makes.
      throw new IOException("its pickle cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  protected Object dispatch(short code) throws IOException {
    switch (code) {
      case 'X' -> push(text(StandardCharsets.UTF_8));
      case 'T' -> push(text(StandardCharsets.ISO_8859_1));
      case 'B' -> push(in.take(littleEndian(Integer.BYTES)));
      case 'C' -> push(in.take(littleEndian(1)));
      case LONG_BYTES -> push(in.take(littleEndian(Long.BYTES)));
      case 's', 'u' -> put(code == 's');
      case 'a', 'e' -> append(code == 'a');
      case 'b' -> build();
      case 'c' -> {
        String module = PickleUtils.readline(in);
        push(named(module + "." + PickleUtils.readline(in)));
      }
      case STACK_GLOBAL -> {
        Object name = stack.pop();
        push(named(key(stack.pop()) + "." + key(name)));
      }
      case EMPTY_SET -> push(new ArrayList<>());
      case ADD_ITEMS -> append(false);
      case FROZEN_SET -> push(new ArrayList<>(stack.pop_all_since_marker()));
      default -> {
        if (!isKnown(code)) {
          throw new PickleException(
              "it has the instruction 0x%02x, which no file of weights needs".formatted(code));
        }
        return super.dispatch(code);
      }
    }
    return NO_RETURN_VALUE;
  }

  /** Whether the library may carry it out. */
  private static boolean isKnown(int code) {
    return code < PROTOCOL
        ? LETTERS.indexOf(code) >= 0
        : code == PROTOCOL
            || code == NEW_OBJECT
            || (code >= FIRST_TUPLE && code <= SHORT_LONG)
            || code == SHORT_UNICODE
            || (code > STACK_GLOBAL && code <= FRAME);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private long littleEndian(int bytes) throws IOException {
    long number = 0;
    for (int shift = 0; shift < bytes * Byte.SIZE; shift += Byte.SIZE) {
      number |= (long) in.read() << shift;
    }
    return number;
  }

  /** The library would make room for as many bytes as the pickle says before it looks for them. */
  private String text(Charset charset) throws IOException {
    long length = littleEndian(Integer.BYTES);
    in.require(length);
    return new String(in.readNBytes((int) length), charset);
  }

  /** Puts values into the map below; their keys are texts and numbers, whose hash is soon found. */
  private void put(boolean single) {
    List<Object> items = new ArrayList<>();
    if (single) {
      Object value = stack.pop();
      items.add(stack.pop());
      items.add(value);
    } else {
      items.addAll(stack.pop_all_since_marker());
    }
    Map<Object, Object> map = map(stack.peek());
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String || key instanceof Number)) {
        throw new PickleException("a map has a key that is neither text nor number");
      }
      map.put(key, items.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Object target) {
    return target instanceof Inert inert ? inert.items() : (Map<Object, Object>) target;
  }

  /** Adds values to the list below. */
  private void append(boolean single) {
    List<Object> items = single ? List.of(stack.pop()) : stack.pop_all_since_marker();
    if (!(stack.peek() instanceof Inert)) {
      @SuppressWarnings("unchecked")
      List<Object> list = (List<Object>) stack.peek();
      list.addAll(items);
    }
  }

  /** Gives the object below its state; the library would call a method of it. */
  private void build() {
    Object state = stack.pop();
    if (stack.peek() instanceof Inert inert) {
      inert.setState(state);
    }
  }

  private Object named(String name) {
    Optional<StoredType> type = StoredType.ofStorage(name);
    if (type.isPresent()) {
      return new StorageClass(type.get());
    }
    IObjectConstructor made =
        switch (name) {
          case "collections.OrderedDict" -> arguments -> new LinkedHashMap<>();
          case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" ->
              PickleReader::tensor;
          case "torch._utils._rebuild_parameter" -> arguments -> arguments[0];
          case "torch.storage._load_from_bytes" -> this::nested;
          default -> Inert.named(name, this::hear);
        };
    return made;
  }

  private void hear(String name) {
    if (!HARMLESS.contains(name) && foreign.size() < MOST_CALLS) {
      foreign.add(name);
    }
  }

  /** Stands for the class of storages of a type. */
  private record StorageClass(StoredType type) implements IObjectConstructor {
    @Override
    public Object construct(Object[] arguments) {
      throw new PickleException("a storage is inside of the pickle");
    }
  }

  /** The type that an item of a storage's id names. */
  static StoredType type(Object named) {
    if (!(named instanceof StorageClass of)) {
      throw new PickleException("numbers are of a type that is not known");
    }
    return of.type();
  }

  /** A name; what else a pickle makes may be so nested that its text has no end. */
  static String key(Object name) {
    if (!(name instanceof String || name instanceof Number)) {
      throw new PickleException("a name is neither text nor number");
    }
    return name.toString();
  }

  private static Object tensor(Object... arguments) {
    return new StoredTensor(
        (Storage) arguments[0],
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

  /** A storage as a file within the pickle. */
  private Object nested(Object... arguments) {
    try {
      in.budget().enter();
      return LegacyTorch.read((Content) arguments[0], in.budget(), foreign);
    } catch (IOException e) {
      throw new PickleException("a tensor of it: " + e.getMessage(), e);
    } finally {
      in.budget().leave();
    }
  }

  @Override
  protected Object persistentLoad(Object id) {
    try {
      return storages.storage((Object[]) id);
    } catch (IOException e) {
      throw new PickleException(e.getMessage(), e);
    }
  }
}
