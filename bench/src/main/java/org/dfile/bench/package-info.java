/**
 * Measured speed: each figure of DFile stands beside the limit of the same machine, taken in turn with it in one run.
 * Nothing here asserts; machines are shared and noisy, so medians and ratios are what counts.
 */
@NullMarked
package org.dfile.bench;

import org.jspecify.annotations.NullMarked;
