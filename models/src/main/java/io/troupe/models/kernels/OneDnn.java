package io.troupe.models.kernels;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;

/** A few oneDNN primitives that run one after the other. Owns everything that was made for them. */
final class OneDnn implements AutoCloseable {
  private final List<Pointer> owned = new ArrayList<>();
  private final List<primitive> primitives = new ArrayList<>();
  private final List<IntMemoryMap> arguments = new ArrayList<>();
  private final engine processor = own(new engine(org.bytedeco.dnnl.engine.kind.cpu, 0));
  private final stream queue = own(new stream(processor));

  /** The processor. */
  engine engine() {
    return processor;
  }

  /** Frees the object when this is closed. */
  <T extends Pointer> T own(T object) {
    owned.add(object);
    return object;
  }

  /** The layout of a dense array of floats whose axes lie in memory as the tag says. */
  memory.desc layout(memory.format_tag tag, long... sizes) {
    return layout(ElementType.FLOAT32, tag, sizes);
  }

  /** The layout of a dense array whose axes lie in memory as the tag says. */
  memory.desc layout(ElementType type, memory.format_tag tag, long... sizes) {
    return own(new memory.desc(sizes, type.oneDnn(), tag));
  }

  /** The layout of a dense array of floats whose axes lie in memory in their order. */
  memory.desc layout(long... sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= sizes[i];
    }
    return layout(sizes, strides);
  }

  /** The layout of an array of floats with gaps. */
  memory.desc layout(long[] sizes, long[] strides) {
    return own(new memory.desc(sizes, ElementType.FLOAT32.oneDnn(), strides));
  }

  /** A layout that is left to the primitive. */
  memory.desc anyLayout(ElementType type, long... sizes) {
    return layout(type, memory.format_tag.any, sizes);
  }

  /** Attributes of a primitive that takes its scratch memory from us. */
  primitive_attr attributes() {
    primitive_attr attributes = own(new primitive_attr());
    attributes.set_scratchpad_mode(org.bytedeco.dnnl.global.dnnl.scratchpad_mode.user);
    return attributes;
  }

  /** As {@link #attributes}, and negative results become zero. */
  primitive_attr relu() {
    post_ops relu = own(new post_ops());
    relu.append_eltwise(dnnl.algorithm.eltwise_relu, 0, 0);
    primitive_attr attributes = attributes();
    attributes.set_post_ops(relu);
    return attributes;
  }

  /** Floats that hold an array of a layout. */
  static long floats(memory.desc layout) {
    return (layout.get_size() + Float.BYTES - 1) / Float.BYTES;
  }

  /** Memory under a layout. */
  memory memory(memory.desc layout, ArrayMemory place) {
    return own(new memory(layout, processor, own(place.handle())));
  }

  /** Appends a primitive; arguments are oneDNN's index and memory in turn. */
  void add(primitive added, Object... pairs) {
    IntMemoryMap map = own(new IntMemoryMap());
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((int) pairs[i], (memory) pairs[i + 1]);
    }
    primitives.add(own(added));
    arguments.add(map);
  }

  /** Gives the primitive that was appended last one more argument. */
  void addArgument(int index, memory place) {
    arguments.get(arguments.size() - 1).put(index, place);
  }

  /** Appends a copy from one layout to another. */
  void addReorder(memory from, memory to) {
    reorder.primitive_desc description =
        own(
            new reorder.primitive_desc(
                processor, own(from.get_desc()), processor, own(to.get_desc())));
    add(new reorder(description), dnnl.DNNL_ARG_FROM, from, dnnl.DNNL_ARG_TO, to);
  }

  /** Runs all primitives. */
  void run() {
    try {
      for (int i = 0; i < primitives.size(); i++) {
        primitives.get(i).execute(queue, arguments.get(i));
      }
      queue._wait();
    } finally {
      // The primitives read memory, constants among it, that only this holds.
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
    owned.clear();
  }
}
