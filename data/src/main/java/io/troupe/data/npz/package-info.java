/** NumPy's files of arrays, .npy and .npz. */
package io.troupe.data.npz;
