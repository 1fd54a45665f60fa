// y = x * W^T on a packed weight, with what follows the product fused into its store.
#ifndef GRAM_ENGINE_GEMM_MATMUL_H_
#define GRAM_ENGINE_GEMM_MATMUL_H_

#include <cstddef>
#include <memory>
#include <string>

#include "engine/base/epilogue.h"
#include "engine/base/exec_context.h"
#include "engine/base/status.h"
#include "engine/gemm/packed_weight.h"

namespace gram::gemm {

/// Rows are rounded up to this many before a product runs, so that few shapes occur: every row
/// buffer handed to a MatMul must hold PaddedRows(rows) rows. What the extra rows hold is neither
/// meaningful nor read.
inline constexpr size_t kRowUnit = 16;
constexpr size_t PaddedRows(size_t rows) { return (rows + kRowUnit - 1) / kRowUnit * kRowUnit; }

struct MatMulArgs {
  const void* x = nullptr;          ///< [rows, k] row-major, activation type
  const PackedWeight* w = nullptr;  ///< [n, k]
  Epilogue epilogue = Epilogue::kStore;
  void* out = nullptr;          ///< [rows, n] row-major; must not overlap x or other
  const void* other = nullptr;  ///< [rows, n] activation type, for kMultiply
  size_t rows = 0;              ///< meaningful rows; PaddedRows(rows) are computed
};

/// A matmul implementation bound to one engine's threads. The type of its activations is that of
/// the products' inputs: bf16 x bf16 with f32 sums, or f32 throughout. A row of the result has the
/// same bits whatever the other rows, their number and the thread count
/// (tests/engine/gemm/matmul_test.cc). Not thread-safe: one caller at a time.
class MatMul {
 public:
  MatMul() = default;
  virtual ~MatMul() = default;
  MatMul(const MatMul&) = delete;
  MatMul& operator=(const MatMul&) = delete;

  /// Errors: kInternal when the library underneath fails, kUnsupported when it has no fast kernel
  /// here.
  virtual Status Run(const MatMulArgs& args) = 0;
};

/// oneDNN, bf16 activations and weights.
std::unique_ptr<MatMul> MakeOneDnnMatMul(const ExecContext& ctx);

/// Eigen, f32 activations, weights of either type: the reference path.
std::unique_ptr<MatMul> MakeEigenMatMul(const ExecContext& ctx);

}  // namespace gram::gemm

#endif  // GRAM_ENGINE_GEMM_MATMUL_H_
