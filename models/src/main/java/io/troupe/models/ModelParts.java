package io.troupe.models;

import io.troupe.config.Catalogue;
import io.troupe.models.compile.NativeCompiler;
import io.troupe.models.compile.SameDiffProgram;
import io.troupe.models.graph.Engine;
import io.troupe.models.losses.AdversarialLoss;
import io.troupe.models.losses.HingeLoss;
import io.troupe.models.losses.LogisticLoss;
import io.troupe.models.losses.RelativisticPairLoss;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.networks.biggan.BigGan;
import io.troupe.models.networks.dcgan.DcGan;
import io.troupe.models.networks.r3gan.R3Gan;
import io.troupe.models.networks.stylegan2.StyleGan2;
import io.troupe.models.penalties.DiscriminatorPenalty;
import io.troupe.models.penalties.ImageGradientPenalty;
import java.util.List;

/** The networks, losses, penalties and engines that come with the program. */
public final class ModelParts implements Catalogue {
  @Override
  public List<NetworkFamily> networks() {
    return List.of(
        new BigGan.Family(), new DcGan.Family(), new StyleGan2.Family(), new R3Gan.Family());
  }

  @Override
  public List<AdversarialLoss> losses() {
    return List.of(new HingeLoss(), new LogisticLoss(), new RelativisticPairLoss());
  }

  @Override
  public List<DiscriminatorPenalty> penalties() {
    return List.of(new ImageGradientPenalty());
  }

  @Override
  public List<Engine> engines() {
    return List.of(
        Engine.onCpu("native", new NativeCompiler()),
        Engine.onCpu("samediff", SameDiffProgram::compile));
  }
}
