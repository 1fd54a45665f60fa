// The Eigen matmul: f32, no instruction beyond the compiler's baseline. The reference path.
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/base/bf16.h"
#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/gemm/matmul.h"

namespace gram::gemm {
namespace {

constexpr size_t kBlockCols = PackedLayout::kBlockCols;
constexpr size_t kTileRows = 16;  // of every product that Eigen sees

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMap = Eigen::Map<const RowMajor>;

/// Expands block `index` of the bf16 weight `w` into `block` [Kp][64], Kp = k rounded up to 16.
void ExpandBlock(const PackedWeight& w, size_t index, float* block) {
  const size_t rows = PackedLayout{w.n, w.k, DType::kF32}.padded_k();
  const Bf16* source = static_cast<const Bf16*>(w.data) + index * w.block_elements();
  for (size_t k = 0; k < rows; ++k) {
    const Bf16* pairs = source + w.At(0, k);
    for (size_t n = 0; n < kBlockCols; ++n) {
      block[k * kBlockCols + n] = ToFloat(pairs[n * PairOf(DType::kBf16)]);
    }
  }
}

/// y / 2 * (1 + tanh(u)) = y * sigmoid(2 u)
float GeluTanh(float y) {
  constexpr float kSqrtTwoOverPi = 0.797884561F;
  return y / (1.0F + std::exp(-2.0F * kSqrtTwoOverPi * (y + 0.044715F * y * y * y)));
}

void Finish(Epilogue epilogue, const float* y, size_t n, const float* other, float* out) {
  switch (epilogue) {
    case Epilogue::kStore:
      for (size_t i = 0; i < n; ++i) out[i] = y[i];
      break;
    case Epilogue::kAdd:
      for (size_t i = 0; i < n; ++i) out[i] += y[i];
      break;
    case Epilogue::kSilu:
      for (size_t i = 0; i < n; ++i) out[i] = y[i] / (1.0F + std::exp(-y[i]));
      break;
    case Epilogue::kGeluTanh:
      for (size_t i = 0; i < n; ++i) out[i] = GeluTanh(y[i]);
      break;
    case Epilogue::kMultiply:
      for (size_t i = 0; i < n; ++i) out[i] = y[i] * other[i];
      break;
  }
}

/// One item of work is a block of 64 outputs for all rows, taken kTileRows rows at a time: the
/// product Eigen sees always has the same shape, so a row's sum never depends on the rows around
/// it.
class EigenMatMul final : public MatMul {
 public:
  explicit EigenMatMul(const ExecContext& ctx)
      : ctx_(ctx), workers_(static_cast<size_t>(ctx.threads())) {}

  Status Prepare(size_t k) override {
    const PackedLayout wide{kBlockCols, k, DType::kF32};
    for (Worker& worker : workers_) worker.Reserve(wide.block_elements(), kTileRows * k);
    return {};
  }

  Status Run(const MatMulArgs& args) override {
    if (args.rows == 0) return {};
    if (workers_.front().rows.size() < kTileRows * args.w->k) {
      return Internal("Eigen matmul with k " + std::to_string(args.w->k) + ": it was not prepared");
    }
    ParallelFor(ctx_, static_cast<int64_t>(args.w->blocks()), [&](int64_t block, int worker) {
      RunBlock(args, static_cast<size_t>(block), &workers_[static_cast<size_t>(worker)]);
    });
    return {};
  }

 private:
  struct Worker {
    AlignedBuffer<float> block;                          // [Kp][64]
    AlignedBuffer<float> rows;                           // [kTileRows, k]: x's last ones
    RowMajor product = RowMajor(kTileRows, kBlockCols);  // [kTileRows][64]

    void Reserve(size_t weights, size_t inputs) {
      if (block.size() < weights) block = AlignedBuffer<float>(weights);
      if (rows.size() < inputs) rows = AlignedBuffer<float>(inputs);
    }
  };

  /// kTileRows rows of x from `row` on: as they lie, or a copy where some are not there.
  static const float* TileOf(const MatMulArgs& args, size_t row, Worker* worker) {
    const size_t k = args.w->k;
    const float* x = static_cast<const float*>(args.x) + row * k;
    const size_t rows = std::min(kTileRows, args.rows - row);
    if (rows == kTileRows) return x;
    std::fill_n(worker->rows.data(), kTileRows * k, 0.0F);
    std::copy_n(x, rows * k, worker->rows.data());
    return worker->rows.data();
  }

  static void RunBlock(const MatMulArgs& args, size_t index, Worker* worker) {
    const PackedWeight& w = *args.w;
    const float* weights = worker->block.data();
    if (w.dtype == DType::kBf16) {
      ExpandBlock(w, index, worker->block.data());
    } else {
      weights = static_cast<const float*>(w.data) + index * w.block_elements();
    }
    const auto k = static_cast<Eigen::Index>(w.k);
    const ConstMap block(weights, k, kBlockCols);
    const size_t first = index * kBlockCols;
    const size_t cols = std::min(kBlockCols, w.n - first);
    for (size_t row = 0; row < args.rows; row += kTileRows) {
      const ConstMap x(TileOf(args, row, worker), kTileRows, k);
      worker->product.noalias() = x * block;
      for (size_t i = row; i < std::min(row + kTileRows, args.rows); ++i) {
        const size_t at = i * w.n + first;
        Finish(args.epilogue, worker->product.data() + (i - row) * kBlockCols, cols,
               static_cast<const float*>(args.other) + (args.other == nullptr ? 0 : at),
               static_cast<float*>(args.out) + at);
      }
    }
  }

  ExecContext ctx_;
  std::vector<Worker> workers_;
};

}  // namespace

std::unique_ptr<MatMul> MakeEigenMatMul(const ExecContext& ctx) {
  return std::make_unique<EigenMatMul>(ctx);
}

}  // namespace gram::gemm
