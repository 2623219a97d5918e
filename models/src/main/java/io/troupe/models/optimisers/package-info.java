/** What happens to a vector of parameters in each step: Adam, and the moving average. */
package io.troupe.models.optimisers;
