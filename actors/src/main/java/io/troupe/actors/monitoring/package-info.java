/** What operators watch: Prometheus metrics of the run and its actors. */
package io.troupe.actors.monitoring;
