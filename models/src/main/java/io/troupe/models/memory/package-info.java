/** Off-heap arrays as the host sees them, and the small types by which others handle them. */
package io.troupe.models.memory;
