/** Generators as files that other programs run: ONNX, and SameDiff's own format. */
package io.troupe.models.export;
