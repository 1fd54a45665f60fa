// The matmul made of the kernel table's own product, spread over threads.
#ifndef GRAM_ENGINE_OPS_MATMUL_H_
#define GRAM_ENGINE_OPS_MATMUL_H_

#include <memory>

#include "engine/base/thread_pool.h"
#include "engine/gemm/matmul.h"
#include "engine/kernels/kernel_table.h"

namespace gram::ops {

/// `kernels` must have a multiply; with bf16 activations weights must be bf16 too. An item of work
/// is as many blocks of 64 outputs as a call of the kernel takes, for all rows; or fewer blocks, or
/// some of the rows, where there are few items for the threads.
std::unique_ptr<gemm::MatMul> MakeKernelMatMul(const kernels::KernelTable* kernels,
                                               const ExecContext& ctx);

}  // namespace gram::ops

#endif  // GRAM_ENGINE_OPS_MATMUL_H_
