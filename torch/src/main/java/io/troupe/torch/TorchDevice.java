package io.troupe.torch;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.SizeTPair;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What ATen computes on.
 *
 * @param index which of the CUDA devices that the process sees; -1 is the CPU
 * @param wide whether floats are doubles there, which tells how far from exact results others are
 */
record TorchDevice(int index, boolean wide) {
  static final TorchDevice CPU = new TorchDevice(-1, false);
  private static final Pattern NAME = Pattern.compile("cpu|cuda(?::(\\d{1,3}))?");

  /**
   * The device of a name: {@code cpu}, {@code cuda} or {@code cuda:N}.
   *
   * @throws IllegalArgumentException if it is no such name
   */
  static TorchDevice of(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new IllegalArgumentException("device \"" + name + "\" is not cpu, cuda or cuda:N");
    }
    if (name.equals("cpu")) {
      return CPU;
    }
    return new TorchDevice(parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1)), false);
  }

  /**
   * Refuses what cannot be used.
   *
   * @throws IllegalArgumentException if the library sees no such device; it says what is missing
   */
  void requireThere() {
    if (isCpu()) {
      return;
    }
    if (!torch.cuda_is_available()) {
      throw new IllegalArgumentException(
          ("PyTorch's library sees no CUDA device for %s: the build must be the one for GPUs"
                  + " (TROUPE_BACKEND=torch-cuda), with an NVIDIA driver, CUDA and cuDNN, and"
                  + " CUDA_VISIBLE_DEVICES must not hide the device; 'troupe doctor' says what is"
                  + " missing")
              .formatted(label()));
    }
    int count = torch.cuda_device_count();
    if (index >= count) {
      throw new IllegalArgumentException(
          "there is no %s: the process sees %d device%s, counted from 0, as CUDA_VISIBLE_DEVICES lets it"
              .formatted(label(), count, count == 1 ? "" : "s"));
    }
  }

  boolean isCpu() {
    return index < 0;
  }

  String label() {
    return isCpu() ? "cpu" : "cuda:" + index;
  }

  /** Bytes that the driver has free there; of the CPU nothing is said. */
  OptionalLong freeBytes() {
    if (isCpu()) {
      return OptionalLong.empty();
    }
    try (SizeTPair freeAndAll = torch.getMemoryInfo((byte) index)) {
      return OptionalLong.of(freeAndAll.first());
    }
  }

  /** For tensors of a type there. */
  TensorOptions options(DataType type) {
    return new TensorOptions()
        .dtype(
            new ScalarTypeOptional(
                scalarType(wide && type == DataType.FLOAT ? DataType.DOUBLE : type)))
        .device(new DeviceOptional(new Device(label())));
  }

  /** For tensors of the host's memory through which others cross. */
  TensorOptions staging(DataType type) {
    return CPU.options(type).pinned_memory(new BoolOptional(!isCpu()));
  }

  /** ATen's name of a type. */
  static torch.ScalarType scalarType(DataType type) {
    return switch (type) {
      case FLOAT -> torch.ScalarType.Float;
      case BFLOAT16 -> torch.ScalarType.BFloat16;
      case DOUBLE -> torch.ScalarType.Double;
      case BOOL -> torch.ScalarType.Bool;
      case INT -> torch.ScalarType.Int;
      case LONG -> torch.ScalarType.Long;
      default -> throw new UnsupportedOperationException("numbers of type " + type);
    };
  }
}
