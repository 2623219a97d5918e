import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The workload dnet on libtorch, in channels-last memory: gradients of a residual discriminator's
 * hinge loss. Runs one iteration for each line on standard input and prints its milliseconds.
 * Threads: OMP_NUM_THREADS, or one for each core. Argument: bfloat16 for autocast.
 */
public final class LibtorchDnet {
  private static final long BATCH = 64;
  private static final long SIZE = 32;
  private static final long CHANNELS = 128;

  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Tensor linear = parameter(CHANNELS, 1);
  private final Tensor images =
      torch.randn(BATCH, 3, SIZE, SIZE).contiguous(torch.MemoryFormat.ChannelsLast);

  private LibtorchDnet() {
    blocks.add(new Block(3, false, true));
    blocks.add(new Block(CHANNELS, true, true));
    blocks.add(new Block(CHANNELS, true, false));
    blocks.add(new Block(CHANNELS, true, false));
  }

  private Tensor parameter(long... sizes) {
    Tensor values = torch.randn(sizes).mul(new Scalar(0.05f));
    if (sizes.length == 4) {
      values = values.contiguous(torch.MemoryFormat.ChannelsLast);
    }
    values.set_requires_grad(true);
    parameters.add(values);
    return values;
  }

  private final class Block {
    private final Tensor weight1;
    private final Tensor bias1 = parameter(CHANNELS);
    private final Tensor weight2 = parameter(CHANNELS, CHANNELS, 3, 3);
    private final Tensor bias2 = parameter(CHANNELS);
    private final Tensor shortcut;
    private final Tensor shortcutBias;
    private final boolean activatesFirst;
    private final boolean halves;

    Block(long in, boolean activatesFirst, boolean halves) {
      this.activatesFirst = activatesFirst;
      this.halves = halves;
      weight1 = parameter(CHANNELS, in, 3, 3);
      shortcut = halves ? parameter(CHANNELS, in, 1, 1) : null;
      shortcutBias = halves ? parameter(CHANNELS) : null;
    }

    Tensor of(Tensor x) {
      Tensor h = convolution(activatesFirst ? torch.relu(x) : x, weight1, bias1, 1);
      h = convolution(torch.relu(h), weight2, bias2, 1);
      if (!halves) {
        return h.add(x);
      }
      Tensor kept = convolution(x, shortcut, shortcutBias, 0);
      return torch.avg_pool2d(h, 2L).add(torch.avg_pool2d(kept, 2L));
    }
  }

  private static Tensor convolution(Tensor x, Tensor weight, Tensor bias, long padding) {
    long[] one = {1, 1};
    long[] pad = {padding, padding};
    return torch.conv2d(x, weight, new TensorOptional(bias), one, pad, one, 1L);
  }

  private void iterate() {
    try (PointerScope scope = new PointerScope()) {
      Tensor h = images;
      for (Block block : blocks) {
        h = block.of(h);
      }
      Tensor logits = torch.relu(h).sum(2, 3).matmul(linear);
      torch.relu(logits.neg().add(new Scalar(1f))).mean().backward();
      for (Tensor parameter : parameters) {
        parameter.mutable_grad().reset();
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    torch.manual_seed(1);
    boolean autocast = arguments.length > 0 && arguments[0].equals("bfloat16");
    if (autocast) {
      torch.set_autocast_enabled(torch.DeviceType.CPU, true);
      torch.set_autocast_dtype(torch.DeviceType.CPU, torch.ScalarType.BFloat16);
    }
    LibtorchDnet net = new LibtorchDnet();
    System.out.println("ready");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (lines.readLine() != null) {
      long start = System.nanoTime();
      net.iterate();
      if (autocast) {
        // As at the end of each "with torch.autocast": weights change from step to step.
        torch.clear_cache();
      }
      System.out.printf(Locale.ROOT, "%.3f%n", (System.nanoTime() - start) * 1e-6);
    }
    // libtorch's own clean-up crashes at the end of a JVM.
    Runtime.getRuntime().halt(0);
  }
}
