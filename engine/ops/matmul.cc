#include "engine/ops/matmul.h"

#include <algorithm>
#include <cstddef>

#include "engine/base/aligned_buffer.h"
#include "engine/base/rounding.h"
#include "engine/base/status.h"
#include "engine/base/thread_pool.h"

namespace gram::ops {
namespace {

using kernels::ActivationLayout;

constexpr size_t kBlockCols = PackedLayout::kBlockCols;
constexpr size_t kItemsAThread = 4;  // so that threads finish at about the same time
constexpr size_t kLeastRows = 96;    // below this a block's way from memory is not worth it
constexpr size_t kPanels = kernels::kPanelDepth * kBlockCols;

/// Of a thread.
size_t SumsOf(const kernels::KernelTable& kernels) {
  return kernels.multiply_blocks * kernels.chunk_rows * kBlockCols;
}

/// How a product is cut into items of work: `blocks` blocks of outputs by `rows` rows each.
struct Split {
  size_t blocks;
  size_t rows;
};

class KernelMatMul final : public gemm::MatMul {
 public:
  KernelMatMul(const kernels::KernelTable* kernels, const ExecContext& ctx)
      : kernels_(kernels),
        ctx_(ctx),
        sums_(SumsOf(*kernels) * static_cast<size_t>(ctx.threads())),
        panels_(kernels->activations == DType::kBf16
                    ? 0
                    : kPanels * static_cast<size_t>(ctx.threads())) {}

  Status Prepare(size_t) override { return {}; }

  Status Run(const gemm::MatMulArgs& args) override {
    GRAM_DCHECK(args.panel_rows == 0 || (kernels_->panels && args.panel_rows >= args.rows));
    if (args.rows == 0) return {};
    const size_t blocks = args.w->blocks();
    const Split split = SplitWork(blocks, args.rows);
    const size_t groups = CeilDiv(blocks, split.blocks);
    const size_t parts = CeilDiv(args.rows, split.rows);
    const auto threads = static_cast<size_t>(ctx_.threads());
    // The parts of a group follow one another: threads that are at it together read its weights
    // from memory once.
    ParallelFor(ctx_, static_cast<int64_t>(groups * parts), [&](int64_t item, int worker) {
      const auto index = static_cast<size_t>(item);
      const size_t group = index / parts;
      const size_t first = index % parts * split.rows;
      const size_t next = (index + threads) / parts;
      Multiply(args, {group * split.blocks, split.blocks},
               (next < groups ? next : group) * split.blocks,
               {first, std::min(split.rows, args.rows - first)}, static_cast<size_t>(worker));
    });
    return {};
  }

 private:
  /// Whole groups of blocks for all rows at once read weights once and activations as seldom as the
  /// kernel can. Where that gives the threads too few items groups become smaller, and then rows
  /// are split.
  Split SplitWork(size_t blocks, size_t rows) const {
    const size_t wanted = kItemsAThread * static_cast<size_t>(ctx_.threads());
    Split split{kernels_->multiply_blocks, rows};
    while (split.blocks > 1 && CeilDiv(blocks, split.blocks) < wanted) split.blocks /= 2;
    const size_t parts = std::max(
        std::min(CeilDiv(wanted, CeilDiv(blocks, split.blocks)), CeilDiv(rows, kLeastRows)),
        CeilDiv(rows, kernels_->chunk_rows));
    const size_t unit = kernels_->multiply_rows;
    if (parts > 1) split.rows = RoundUp(CeilDiv(rows, parts), unit);
    return split;
  }

  struct Range {
    size_t first;
    size_t count;
  };

  void Multiply(const gemm::MatMulArgs& args, Range blocks, size_t next, Range rows,
                size_t worker) {
    const gemm::PackedWeight& w = *args.w;
    const bool narrow_out = GivesActivations(args.epilogue);
    const size_t activation = ElementBytes(kernels_->activations);
    const auto x_layout = ActivationLayout::Of(w.k, args.panel_rows);
    const auto out_layout = ActivationLayout::Of(w.n, narrow_out ? args.panel_rows : 0);
    const size_t col = blocks.first * kBlockCols;
    const size_t at = out_layout.At(rows.first, col);
    GRAM_DCHECK(kernels_->activations == DType::kF32 || w.dtype == DType::kBf16);
    const auto* weights = static_cast<const std::byte*>(w.data);
    kernels_->multiply(
        {.x = static_cast<const std::byte*>(args.x) + x_layout.At(rows.first, 0) * activation,
         .x_layout = x_layout,
         .rows = rows.count,
         .k = w.k,
         .block_dtype = w.dtype,
         .block = weights + blocks.first * w.block_bytes(),
         .block_bytes = w.block_bytes(),
         .next_block = weights + next * w.block_bytes(),
         .cols = std::min(blocks.count * kBlockCols, w.n - col),
         .epilogue = args.epilogue,
         .out = static_cast<std::byte*>(args.out) + at * (narrow_out ? activation : sizeof(float)),
         .out_layout = out_layout,
         .other = args.other == nullptr
                      ? nullptr
                      : static_cast<const std::byte*>(args.other) + at * activation,
         .sums = sums_.data() + SumsOf(*kernels_) * worker,
         .panels =
             panels_.data() + (kernels_->activations == DType::kBf16 ? 0 : kPanels * worker)});
  }

  const kernels::KernelTable* kernels_;
  ExecContext ctx_;
  AlignedBuffer<float> sums_;    // [threads][multiply_blocks][chunk_rows][64]
  AlignedBuffer<float> panels_;  // [threads][kPanelDepth][64]; none with bf16 activations
};

}  // namespace

std::unique_ptr<gemm::MatMul> MakeKernelMatMul(const kernels::KernelTable* kernels,
                                               const ExecContext& ctx) {
  return std::make_unique<KernelMatMul>(kernels, ctx);
}

}  // namespace gram::ops
