#include "engine/ops/matmul.h"

#include <algorithm>
#include <cstddef>

#include "engine/base/aligned_buffer.h"
#include "engine/base/check.h"
#include "engine/base/parallel.h"

namespace gram::ops {
namespace {

using gemm::kBlockCols;
using kernels::kMaxMultiplyRows;

constexpr size_t kSums = kMaxMultiplyRows * kBlockCols;  // of one worker

class KernelMatMul final : public gemm::MatMul {
 public:
  KernelMatMul(const kernels::KernelTable* kernels, const ExecContext& ctx)
      : kernels_(kernels), ctx_(ctx), sums_(kSums * static_cast<size_t>(ctx.threads)) {}

  Status Run(const gemm::MatMulArgs& args) override {
    const size_t row_parts = (args.rows + kMaxMultiplyRows - 1) / kMaxMultiplyRows;
    const size_t items = args.w->blocks() * row_parts;
    ParallelFor(ctx_, static_cast<int64_t>(items), [&](int64_t item, int worker) {
      const auto index = static_cast<size_t>(item);
      Part(args, index / row_parts, index % row_parts * kMaxMultiplyRows,
           sums_.data() + kSums * static_cast<size_t>(worker));
    });
    return {};
  }

 private:
  void Part(const gemm::MatMulArgs& args, size_t block, size_t row, float* sums) const {
    const gemm::PackedWeight& w = *args.w;
    const bool narrow_out =
        args.epilogue == Epilogue::kSilu || args.epilogue == Epilogue::kMultiply;
    const size_t activation = gemm::ElementBytes(w.type);
    const size_t col = block * kBlockCols;
    const size_t at = row * w.n + col;
    GRAM_DCHECK((activation == 2) == kernels_->bf16_activations);
    kernels_->multiply(
        {.x = static_cast<const std::byte*>(args.x) + row * w.k * activation,
         .x_stride = w.k,
         .rows = std::min(kMaxMultiplyRows, args.rows - row),
         .k = w.k,
         .block = static_cast<const std::byte*>(w.data) + block * w.block_bytes(),
         .cols = std::min(kBlockCols, w.n - col),
         .epilogue = args.epilogue,
         .out = static_cast<std::byte*>(args.out) + at * (narrow_out ? activation : sizeof(float)),
         .out_stride = w.n,
         .other = args.other == nullptr
                      ? nullptr
                      : static_cast<const std::byte*>(args.other) + at * activation,
         .sums = sums});
  }

  const kernels::KernelTable* kernels_;
  ExecContext ctx_;
  AlignedBuffer<float> sums_;  // [threads][kMaxMultiplyRows][64]
};

}  // namespace

std::unique_ptr<gemm::MatMul> MakeKernelMatMul(const kernels::KernelTable* kernels,
                                               const ExecContext& ctx) {
  return std::make_unique<KernelMatMul>(kernels, ctx);
}

}  // namespace gram::ops
