/**
 * Typed settings of a run: records, the HOCON files that fill them, and their validation.
 *
 * <p>{@code config/defaults.conf} holds every key with its default, unit and allowed values; {@code
 * config/presets/*.conf} change some of them by name.
 */
package io.troupe.config;
