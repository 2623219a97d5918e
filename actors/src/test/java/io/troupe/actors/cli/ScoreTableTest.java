package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScoreTableTest {
  @Test
  void eachScoreHasItsDeviationItsValuesAndItsDirection() {
    Map<String, Object> scores = new LinkedHashMap<>();
    scores.put("fid", 12.3456789);
    scores.put("kid", 0.0123);
    scores.put("kid_std", 0.0004);
    scores.put("kid_exact", 0.0125);
    scores.put("is_cifar", 5.5);
    scores.put("is_cifar_std", 0.25);
    scores.put("recall", 0.5);
    scores.put("intra_by_class", List.of(1.0, 2.5));
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("extractor", "inception");
    protocol.put("weights_sha256", null);
    protocol.put("real_images", 50_000);
    protocol.put("split", "train");
    protocol.put("fake_images", 10_000);

    assertThat(ScoreTable.render(scores, protocol).lines())
        .containsExactly(
            "score              value       deviation     values        better",
            "FID                12.346                    from 0        lower is better",
            "KID                0.012300    ± 0.00040000  from about 0  lower is better",
            "KID, exact         0.012500                  from about 0  lower is better",
            "IS (cifar)         5.5000      ± 0.25000     from 1        higher is better",
            "Recall             0.50000                   0 to 1        higher is better",
            "",
            "intra by class     1.0000 2.5000",
            "pictures           10000 generated, 50000 real (train)",
            "extractor          inception");
  }
}
