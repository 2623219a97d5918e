package io.troupe.extending;

import io.troupe.config.Catalogue;
import io.troupe.config.DatasetChoice;
import io.troupe.config.MetricChoice;
import java.util.List;

/** What a jar on the class path adds to the program. */
public final class AddedParts implements Catalogue {
  @Override
  public List<MetricChoice> metrics() {
    return List.of(new MeanDistance());
  }

  @Override
  public List<DatasetChoice> datasets() {
    return List.of(new Stripes.Format());
  }
}
