// The machine's limit, which everything measured is held against.
#ifndef GRAM_ENGINE_OPS_LIMIT_H_
#define GRAM_ENGINE_OPS_LIMIT_H_

#include "engine/base/exec_context.h"
#include "engine/kernels/kernel_table.h"

namespace gram::ops {

/// 1e9 operations a second of `kernels`' multiply-adds on registers with all threads at work; the
/// best of several short goes.
double MeasureLimit(const kernels::KernelTable& kernels, const ExecContext& ctx);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_LIMIT_H_
