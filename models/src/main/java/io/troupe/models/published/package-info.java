/**
 * Networks of published programs: which of ours they are, what their tensors are called, and in
 * which order those have their elements.
 */
package io.troupe.models.published;
