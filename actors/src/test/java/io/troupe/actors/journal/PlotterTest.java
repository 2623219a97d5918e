package io.troupe.actors.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.supervision.Mailboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
class PlotterTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path root;

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  @Test
  void saysWhatCouldNotBeReadOrDrawnAndGoesOn() throws Exception {
    RunDirectory directory = new RunDirectory(root);
    TestProbe<Plotter.Event> listener = KIT.createTestProbe();
    ActorRef<Plotter.Command> plotter =
        KIT.spawn(Plotter.create(directory, listener.getRef()), Mailboxes.ownThread());
    plotter.tell(Plotter.Command.REDRAW);
    assertThat(listener.expectMessageClass(Plotter.DrawFailed.class).reason())
        .contains(directory.events().toString());
    Files.writeString(
        directory.events(),
        """
        not JSON
        {"event":"step","step":1,"discriminator_loss":2.5,"generator_loss":1}
        """);
    Path blocked = Files.createDirectories(directory.metrics().resolve("loss.png/full"));
    plotter.tell(Plotter.Command.REDRAW);
    assertThat(listener.expectMessageClass(Plotter.DrawFailed.class).reason())
        .contains("1 of 1 files");
    Files.delete(blocked);
    Files.delete(blocked.getParent());
    plotter.tell(Plotter.Command.REDRAW);
    listener.expectMessage(new Plotter.Drawn(1));
    assertThat(directory.metrics().resolve("loss.png")).isNotEmptyFile();
  }
}
