package io.troupe.actors.monitoring;

/** Names of the Prometheus metrics that others read or add to those of {@link RunMetrics}. */
public final class MetricNames {
  static final String PREFIX = "troupe_";

  public static final String MAILBOX_SIZE = PREFIX + "mailbox_size";
  public static final String ACTOR_MESSAGES = PREFIX + "actor_messages";
  public static final String ACTOR_RESTARTS = PREFIX + "actor_restarts";
  public static final String HELPER_FAILING = PREFIX + "helper_failing";
  public static final String POOL_BUFFERS = PREFIX + "pool_buffers";
  public static final String POOL_LENT_BUFFERS = PREFIX + "pool_lent_buffers";
  public static final String DATA_WAIT_SECONDS = PREFIX + "data_wait_seconds";
  public static final String LEASE_WAIT_SECONDS = PREFIX + "lease_wait_seconds";
  public static final String STEP_SECONDS = PREFIX + "step_seconds";
  public static final String ENGINE_CROSSED_BYTES = PREFIX + "engine_crossed_bytes";
  public static final String ENGINE_KEPT_BYTES = PREFIX + "engine_kept_bytes";
  public static final String ENGINE_PLANNED_BYTES = PREFIX + "engine_planned_bytes";
  public static final String ENGINE_FREE_BYTES = PREFIX + "engine_free_bytes";
  public static final String OFFHEAP_BYTES = PREFIX + "offheap_bytes";
  public static final String OFFHEAP_LIMIT_BYTES = PREFIX + "offheap_limit_bytes";
  public static final String CONTROL_REQUESTS = PREFIX + "control_requests";

  private MetricNames() {}

  /** What a counter's samples are called. */
  public static String total(String counter) {
    return counter + "_total";
  }

  /** What the sample of a histogram's sum is called. */
  public static String sum(String histogram) {
    return histogram + "_sum";
  }
}
