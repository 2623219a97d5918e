package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DispatchTest {
  private sealed interface Said {}

  private record One(int number) implements Said {}

  private enum Order implements Said {
    GO
  }

  private sealed interface Asked extends Said {}

  private record Pause() implements Asked {}

  private record Stop() implements Asked {}

  private final List<Object> heard = new ArrayList<>();

  @Test
  void eachMessageGoesToTheReactionForItsKind() {
    Dispatch<Said> dispatch =
        Dispatch.of(Said.class)
            .on(One.class, one -> heard.add(one.number()))
            .on(Order.class, heard::add)
            .on(Asked.class, asked -> heard.add("asked"))
            .on(Stop.class, stop -> heard.add("stop"))
            .complete();
    List.of(new One(3), Order.GO, new Pause(), new Stop()).forEach(dispatch::hear);
    assertThat(heard).containsExactly(3, Order.GO, "asked", "stop");
  }

  @Test
  void aProtocolOfWhichAKindIsUnheardIsNotDispatched() {
    Dispatch.Builder<Said> builder =
        Dispatch.of(Said.class)
            .on(One.class, one -> {})
            .on(Order.class, order -> {})
            .on(Stop.class, stop -> {});
    assertThatThrownBy(builder::complete)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Pause");
  }
}
