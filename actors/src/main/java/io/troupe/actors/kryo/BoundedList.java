package io.troupe.actors.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.serializers.CollectionSerializer;
import java.util.ArrayList;

/** Believes no list to be longer than one may be. */
@SuppressWarnings("NonApiType") // the class that Kryo writes
public final class BoundedList extends CollectionSerializer<ArrayList<?>> {
  private final int longest;

  /** Reads and writes lists of at most so many elements. */
  public BoundedList(int longest) {
    this.longest = longest;
  }

  @Override
  protected ArrayList<?> create(
      Kryo kryo, Input input, Class<? extends ArrayList<?>> type, int size) {
    if (size < 0 || size > longest) {
      throw new KryoException("a list of %d".formatted(size));
    }
    return super.create(kryo, input, type, size);
  }
}
