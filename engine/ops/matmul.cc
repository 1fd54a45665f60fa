#include "engine/ops/matmul.h"

#include <algorithm>
#include <cstddef>

#include "engine/base/aligned_buffer.h"
#include "engine/base/check.h"
#include "engine/base/parallel.h"

namespace gram::ops {
namespace {

using kernels::kMaxMultiplyRows;

constexpr size_t kBlockCols = PackedLayout::kBlockCols;
constexpr size_t kItemsAThread = 4;  // so that threads finish at about the same time
constexpr size_t kLeastRows = 96;    // below this a block's way from memory is not worth it
constexpr size_t kRowMultiple = 6;   // rows of a register tile
constexpr size_t kSums = kMaxMultiplyRows * kBlockCols;  // of one worker
constexpr size_t kPanels = kernels::kPanelDepth * kBlockCols;

class KernelMatMul final : public gemm::MatMul {
 public:
  KernelMatMul(const kernels::KernelTable* kernels, const ExecContext& ctx)
      : kernels_(kernels),
        ctx_(ctx),
        sums_(kSums * static_cast<size_t>(ctx.threads())),
        panels_(kernels->activations == DType::kBf16
                    ? 0
                    : kPanels * static_cast<size_t>(ctx.threads())) {}

  Status Prepare(size_t) override { return {}; }

  Status Run(const gemm::MatMulArgs& args) override {
    // A block for all rows at once reads it from memory once; rows are split only to occupy all
    // threads.
    const auto threads = static_cast<size_t>(ctx_.threads());
    const size_t blocks = args.w->blocks();
    const size_t wanted = (kItemsAThread * threads + blocks - 1) / blocks;
    const size_t most = (args.rows + kLeastRows - 1) / kLeastRows;
    const size_t parts =
        std::max(std::min(wanted, most), (args.rows + kMaxMultiplyRows - 1) / kMaxMultiplyRows);
    const size_t rows =
        ((args.rows + parts - 1) / parts + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
    ParallelFor(ctx_, static_cast<int64_t>(blocks * parts), [&](int64_t item, int worker) {
      const auto index = static_cast<size_t>(item);
      const size_t first = index % parts * rows;
      if (first >= args.rows) return;
      const size_t next = (index + threads) / parts;
      Multiply(args, index / parts, next < blocks ? next : index / parts, first,
               std::min(rows, args.rows - first), static_cast<size_t>(worker));
    });
    return {};
  }

 private:
  void Multiply(const gemm::MatMulArgs& args, size_t block, size_t next, size_t row, size_t rows,
                size_t worker) {
    const gemm::PackedWeight& w = *args.w;
    const bool narrow_out =
        args.epilogue == Epilogue::kSilu || args.epilogue == Epilogue::kMultiply;
    const size_t activation = ElementBytes(kernels_->activations);
    const size_t col = block * kBlockCols;
    const size_t at = row * w.n + col;
    GRAM_DCHECK(kernels_->activations == DType::kF32 || w.dtype == DType::kBf16);
    kernels_->multiply(
        {.x = static_cast<const std::byte*>(args.x) + row * w.k * activation,
         .x_stride = w.k,
         .rows = rows,
         .k = w.k,
         .block_dtype = w.dtype,
         .block = static_cast<const std::byte*>(w.data) + block * w.block_bytes(),
         .next_block = static_cast<const std::byte*>(w.data) + next * w.block_bytes(),
         .cols = std::min(kBlockCols, w.n - col),
         .epilogue = args.epilogue,
         .out = static_cast<std::byte*>(args.out) + at * (narrow_out ? activation : sizeof(float)),
         .out_stride = w.n,
         .other = args.other == nullptr
                      ? nullptr
                      : static_cast<const std::byte*>(args.other) + at * activation,
         .sums = sums_.data() + kSums * worker,
         .panels =
             panels_.data() + (kernels_->activations == DType::kBf16 ? 0 : kPanels * worker)});
  }

  const kernels::KernelTable* kernels_;
  ExecContext ctx_;
  AlignedBuffer<float> sums_;    // [threads][kMaxMultiplyRows][64]
  AlignedBuffer<float> panels_;  // [threads][kPanelDepth][64]; none with bf16 activations
};

}  // namespace

std::unique_ptr<gemm::MatMul> MakeKernelMatMul(const kernels::KernelTable* kernels,
                                               const ExecContext& ctx) {
  return std::make_unique<KernelMatMul>(kernels, ctx);
}

}  // namespace gram::ops
