// y = x * W^T on a packed weight, with what follows the product done on its way out.
#ifndef GRAM_ENGINE_GEMM_MATMUL_H_
#define GRAM_ENGINE_GEMM_MATMUL_H_

#include <cstddef>
#include <memory>
#include <string>

#include "engine/base/epilogue.h"
#include "engine/base/packed_layout.h"
#include "engine/base/status.h"
#include "engine/base/thread_pool.h"

namespace gram::gemm {

/// A packed weight in memory that it does not own, at a multiple of kTensorAlignment.
struct PackedWeight : PackedLayout {
  const void* data = nullptr;
};

struct MatMulArgs {
  const void* x = nullptr;          ///< [rows, k] activation matrix
  const PackedWeight* w = nullptr;  ///< [n, k]
  Epilogue epilogue = Epilogue::kStore;
  /// [rows, n], row-major f32 or an activation matrix, as the epilogue says; must not overlap x or
  /// other.
  void* out = nullptr;
  const void* other = nullptr;  ///< [rows, n] activation matrix, for kMultiply
  size_t rows = 0;
  /// 0: activation matrices are row-major. Else they lie in panels, [width / 32][panel_rows][32]:
  /// only for a MatMul whose kernels read panels.
  size_t panel_rows = 0;
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

  /// Makes all that products with weights of k inputs need, so that running them cannot fail for
  /// want of memory. Once for each k, before the first Run with it. Errors: kOutOfMemory, kInternal
  /// (the library underneath), kUnsupported (no fast kernel for it here).
  virtual Status Prepare(size_t k) = 0;

  /// Errors: kOutOfMemory where the library underneath fails, which it does for want of memory
  /// alone; kInternal where k was not prepared.
  virtual Status Run(const MatMulArgs& args) = 0;

  /// Whose kernel computes, where it is a library's and its choice, such as
  /// "oneDNN 2.6.3 brg:avx512_core_bf16": two that differ in it may differ in bits. Empty where
  /// the name of the backend says all. Known once prepared.
  virtual std::string library_kernel() const { return {}; }
};

/// oneDNN, bf16 activations and weights. Errors: kInternal.
Result<std::unique_ptr<MatMul>> MakeOneDnnMatMul(const ExecContext& ctx);

/// Eigen, f32 activations, weights of either type: the reference path.
std::unique_ptr<MatMul> MakeEigenMatMul(const ExecContext& ctx);

}  // namespace gram::gemm

#endif  // GRAM_ENGINE_GEMM_MATMUL_H_
