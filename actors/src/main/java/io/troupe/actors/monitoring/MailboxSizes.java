package io.troupe.actors.monitoring;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;

/** What waits for each actor and what it heard, read when scraped. */
final class MailboxSizes extends Collector {
  @Override
  public List<MetricFamilySamples> collect() {
    GaugeMetricFamily waiting =
        new GaugeMetricFamily(MetricNames.MAILBOX_SIZE, "Waiting messages", List.of("actor"));
    CounterMetricFamily heard =
        new CounterMetricFamily(
            MetricNames.ACTOR_MESSAGES, "Messages that an actor took up", List.of("actor"));
    MeteredMailbox.forEach(
        (actor, mailbox) -> {
          waiting.addMetric(List.of(actor), mailbox.numberOfMessages());
          heard.addMetric(List.of(actor), (double) mailbox.taken());
        });
    return List.of(waiting, heard);
  }
}
