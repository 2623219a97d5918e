package io.troupe.models.kernels;

import java.util.List;

/**
 * What a pass of a convolution works on.
 *
 * @param operands what it reads, in the order of {@link ConvolutionPass}; pictures all of one type,
 *     the rest floats
 * @param result what it writes; floats if it is the gradient of weights
 * @param scratch as long as the kernel says; holds nothing between runs
 */
record ConvolutionArrays(
    List<? extends ArrayMemory> operands, ArrayMemory result, FloatMemory scratch) {}
