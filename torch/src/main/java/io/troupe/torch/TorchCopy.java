package io.troupe.torch;

import io.troupe.models.memory.EngineCopy;
import io.troupe.models.memory.HostArray;
import java.lang.ref.Reference;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The copy of a buffer that programs compute on, on the CPU as on any other device: what crosses
 * there is what would cross to a GPU. Bytes that cross are counted; those between copies are none.
 */
final class TorchCopy implements EngineCopy {
  private enum Newest {
    HOST,
    BOTH,
    HERE
  }

  private final TorchEngine engine;
  private final INDArray array;
  private final PointerScope scope;
  private final Tensor host;
  private final Tensor here;
  private final DataType type;
  private final long bytes;
  private Newest newest = Newest.HOST;

  /** A copy of the whole buffer that an array lies in. */
  TorchCopy(TorchEngine engine, INDArray array) {
    this.engine = engine;
    this.array = array;
    long[] length = {HostArray.bufferLength(array)};
    type = array.dataType();
    bytes = length[0] * type.width();
    scope = new PointerScope();
    InferenceMode mode = new InferenceMode(true);
    try (PointerScope open = scope) {
      open.extend();
      host =
          torch.from_blob(
              Memory.at(HostArray.buffer(array)), length, TorchDevice.CPU.options(type));
      here = engine.empty(length[0], type);
    } finally {
      mode.close();
    }
    engine.kept(bytes);
  }

  /** All elements of the buffer, one after the other. */
  Tensor tensor() {
    return here;
  }

  /**
   * The host's latest is here from now on; to a GPU it may still be on its way, before all that is
   * computed there afterwards.
   */
  void bring() {
    if (newest == Newest.HOST) {
      if (engine.isStaged()) {
        try (Tensor staged = engine.staging(bytes / type.width(), type)) {
          copy(host, staged);
          // Its memory goes to the next one that asks when this is done: the library notes that.
          copy(staged, here, true);
        }
      } else {
        copy(host, here);
      }
      engine.count(bytes);
      newest = Newest.BOTH;
    }
  }

  /** A program is about to write to it. */
  void written() {
    newest = Newest.HERE;
  }

  @Override
  public boolean isCurrent() {
    return newest != Newest.HOST;
  }

  @Override
  public void fetch() {
    if (newest == Newest.HERE) {
      if (engine.isStaged()) {
        try (Tensor staged = engine.staging(bytes / type.width(), type)) {
          copy(here, staged);
          copy(staged, host);
        }
      } else {
        copy(here, host);
      }
      engine.count(bytes);
      newest = Newest.BOTH;
    }
  }

  @Override
  public void supersede() {
    newest = Newest.HOST;
  }

  @Override
  public EngineCopy of(INDArray other) {
    return new TorchCopy(engine, other);
  }

  @Override
  public boolean isBeside(EngineCopy other) {
    return other instanceof TorchCopy target && target.engine == engine;
  }

  @Override
  public void copyTo(EngineCopy other, long from, long to, long count) {
    if (!isBeside(other)) {
      throw new IllegalStateException("copies of two engines");
    }
    TorchCopy target = (TorchCopy) other;
    boolean whole = count == target.here.numel() && count == here.numel();
    if (whole) {
      copy(here, target.here);
    } else {
      target.bring();
      try (Tensor source = here.narrow(0, from, count);
          Tensor part = target.here.narrow(0, to, count)) {
        copy(source, part);
      }
    }
    target.written();
  }

  private void copy(Tensor from, Tensor to) {
    copy(from, to, false);
  }

  private void copy(Tensor from, Tensor to, boolean goesOn) {
    InferenceMode mode = new InferenceMode(true);
    try {
      to.copy_(from, goesOn);
    } finally {
      mode.close();
      Reference.reachabilityFence(array);
    }
  }

  /** The copy of an array that is bound to a program, if it is this engine's. */
  static Optional<TorchCopy> of(TorchEngine engine, EngineCopy copy) {
    return copy instanceof TorchCopy known && known.engine == engine
        ? Optional.of(known)
        : Optional.empty();
  }

  @Override
  public void close() {
    engine.kept(-bytes);
    scope.close();
  }
}
