package io.troupe.models.networks.biggan;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Scope;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.PlainNetworks;
import io.troupe.models.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;

/** A block with as many channels as Winograd's kernels need, as by PyTorch. */
@Tag("parity")
class WideBlockParityTest {
  private static final NetworkSettings WIDE = PlainNetworks.of("biggan", 6, 32, 32, 0.02);

  @ParameterizedTest
  @EnumSource
  void agreesWithPyTorch(Parity parity) {
    GraphBuilder graph = new GraphBuilder(parity.type());
    Scope scope = graph.scope("discriminator/", BatchNormMode.BATCH);
    SDVariable x = graph.input("input", 4, 8, 8, 32);
    SDVariable result =
        new BigGanDiscriminator(WIDE, ImageSpec.rgb(32, 3)).block(scope, x, 32, 32, 2);
    graph.output("loss", result.mul(graph.input("factors", 4, 8, 8, 32)).mean());
    List<String> differentiated = new ArrayList<>(List.of("input"));
    scope.layout().slots().stream()
        .filter(ParameterLayout.Slot::trainable)
        .forEach(slot -> differentiated.add("discriminator/" + slot.name()));
    parity.check("biggan-block", List.of(graph.build("loss", differentiated)));
  }
}
