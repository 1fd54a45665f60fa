// The machine's limit, which everything measured is held against.
#ifndef GRAM_ENGINE_OPS_LIMIT_H_
#define GRAM_ENGINE_OPS_LIMIT_H_

#include "engine/base/exec_context.h"
#include "engine/kernels/kernel_table.h"

namespace gram::ops {

/// 1e9 operations a second of `kernels`' multiply-adds on registers that all threads keep up
/// together for about a second. Not a peak: vector units at full load lower the clock, and a shared
/// machine lends more for milliseconds than for long.
double MeasureLimit(const kernels::KernelTable& kernels, const ExecContext& ctx);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_LIMIT_H_
