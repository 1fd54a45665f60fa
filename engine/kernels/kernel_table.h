// The single-threaded leaf maths of the forward pass: one table of functions an instruction set.
//
// Every folder beside this header implements the same contracts with its own instructions. Two
// kinds of table exist: those whose activations are f32, and those whose activations are bf16
// (inputs of products rounded to bf16, sums and everything else f32). A function's result for a row
// does not depend on the other rows.
#ifndef GRAM_ENGINE_KERNELS_KERNEL_TABLE_H_
#define GRAM_ENGINE_KERNELS_KERNEL_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "engine/base/epilogue.h"
#include "engine/base/packed_layout.h"

namespace gram::kernels {

/// Positions a K/V block covers; block b holds positions 64b .. 64b + 63, whatever segment they
/// belong to.
inline constexpr size_t kBlockPositions = 64;

/// Head sizes are padded to this many elements in queries and K/V blocks; the padding is zero.
inline constexpr size_t kHeadUnit = 32;

/// Columns of a panel.
inline constexpr size_t kPanelCols = 32;

/// Where an activation matrix [rows, width], which products read and kernels write, has its
/// elements: row by row, or in panels, [width / 32][panel_rows][32], of which a tile's rows are one
/// run of memory.
struct ActivationLayout {
  size_t row_stride = 0;             ///< elements
  size_t panel_stride = kPanelCols;  ///< elements; kPanelCols where rows are whole

  /// In panels of `panel_rows` rows, or row by row where that is 0.
  static constexpr ActivationLayout Of(size_t width, size_t panel_rows) {
    if (panel_rows == 0) return {width, kPanelCols};
    return {kPanelCols, panel_rows * kPanelCols};
  }
  /// The place of an element. Inlined as what rounding.h has.
  [[gnu::always_inline]] constexpr size_t At(size_t row, size_t col) const {
    return col / kPanelCols * panel_stride + row * row_stride + col % kPanelCols;
  }
};

/// y = x / sqrt(mean(x^2) + eps) * weight (Zhang & Sennrich 2019, as Qwen3 uses it).
struct RmsNormArgs {
  const float* x;       ///< [n]
  const float* weight;  ///< [n]
  size_t n;
  float eps;
  void* out;  ///< [n] activation type, or f32 for rms_norm_f32; may be x itself when f32
  ActivationLayout out_layout = {};  ///< of the matrix whose row this is
};

/// Rotary embedding, rotate-half form (Su et al. 2021): element i pairs with element i + head_dim
/// / 2.
struct RopeArgs {
  const float* x;    ///< [head_dim]
  const float* cos;  ///< [head_dim / 2] of this position
  const float* sin;  ///< [head_dim / 2]
  size_t head_dim;   ///< even
  float* out;        ///< [head_dim]; may be x itself
};

/// Causal attention of up to KernelTable::query_rows query rows on one kv head, online softmax over
/// K/V blocks in order (Milakov & Gimelshein 2018; Dao et al. 2022). Token t of the call sits at
/// position p = first_position + t and sees positions 0 .. p, or the last `window` of them (Beltagy
/// et al. 2020). Row r = t * group + g is query head g of token t.
struct AttentionArgs {
  const void* q;  ///< token t, head g at q + t * q_token_stride + g * padded_dim; activation type
  size_t q_token_stride;  ///< elements
  size_t tokens;          ///< >= 1; tokens * group <= KernelTable::query_rows
  size_t group;           ///< query heads that share the kv head
  size_t first_position;
  /// One K/V block per 64 positions, 0 .. (first_position + tokens - 1) / 64, 64-byte aligned. This
  /// kv head's K and V begin k_offset and v_offset bytes into each, in activation type, with p = 2
  /// for bf16 and 1 for f32: K as [padded_dim / p][64][p], V as [64 / p][padded_dim][p]. Slots of
  /// positions that no row sees hold finite values. Blocks before the first that a row sees are not
  /// looked at: they may be null.
  const void* const* blocks;
  size_t k_offset;
  size_t v_offset;
  size_t head_dim;
  size_t padded_dim;  ///< head_dim rounded up to kHeadUnit
  float scale;        ///< multiplies q . k, > 0
  /// > 0: a scaled score s becomes softcap * tanh(s / softcap) before the mask (Gemma 2, 2024), and
  /// an infinite one NaN. 0: none.
  float softcap = 0;
  /// The row at position p sees positions j with p - window < j <= p. 0: all up to p.
  size_t window = 0;
  /// Row of the first token of an activation matrix; head g fills its columns
  /// out_column + g * head_dim ...
  void* out;
  size_t out_column;
  ActivationLayout out_layout;
  float* scratch;  ///< AttentionScratchFloats floats, 64-byte aligned, this thread's own
};

/// Floats of scratch that suffice for an attention call of up to `rows` query rows: queries and
/// outputs [rows][padded_dim], scores and probabilities [rows][64], a running maximum, sum and
/// correction per row. Each kernel lays out what it needs of it.
constexpr size_t AttentionScratchFloats(size_t rows, size_t padded_dim) {
  return rows * (2 * padded_dim + 2 * kBlockPositions + 3);
}

/// KernelTable::chunk_rows of what reads activations row by row: enough for products at full speed,
/// and their activations stay in cache together. A multiple of oneDNN's 48.
inline constexpr size_t kChunkRows = 480;

/// Inputs of a block that an f32 product expands at a time.
inline constexpr size_t kPanelDepth = 256;

/// Outputs of a block of a packed weight.
inline constexpr size_t kMultiplyCols = PackedLayout::kBlockCols;

/// Some rows of a matmul times some blocks of 64 outputs of a packed weight (PackedLayout).
struct MultiplyArgs {
  const void* x;  ///< [rows][k] activation type
  ActivationLayout x_layout;
  size_t rows;  ///< 1 .. KernelTable::chunk_rows
  size_t k;
  DType block_dtype;  ///< with bf16 activations always bf16
  /// [cols / 64 rounded up][Kp / p][64][p], p = 2 for bf16 and 1 for f32; 64-byte aligned
  const void* block;
  size_t block_bytes = 0;  ///< of one; not used where cols <= 64
  /// What this thread will probably multiply by next, to be prefetched; or null.
  const void* next_block;
  size_t cols;  ///< outputs of the blocks that exist, 1 .. 64 * KernelTable::multiply_blocks
  Epilogue epilogue;
  void* out;                    ///< [rows][cols] f32 or activation type, as the epilogue says
  ActivationLayout out_layout;  ///< f32 results lie row by row
  const void* other;  ///< [rows][cols] activation type, laid out as out; for Epilogue::kMultiply
  /// Scratch, 64-byte aligned, this thread's own: [KernelTable::multiply_blocks][chunk_rows][64];
  float* sums;
  float* panels;  ///< and [kPanelDepth][64]: not used with bf16 activations
};

struct KernelTable {
  const char* isa;    ///< its folder's name
  DType activations;  ///< bf16 or f32
  bool panels;        ///< reads activations best in panels
  /// Rows that a multiply call takes at most and that a forward pass takes through a layer at a
  /// time.
  size_t chunk_rows;
  size_t query_rows;                              ///< that an attention call takes at most
  size_t multiply_blocks;                         ///< that a multiply call takes at most
  size_t multiply_rows;                           ///< that it multiplies at a time: a tile's
  void (*rms_norm)(const RmsNormArgs& args);      ///< out: activation type
  void (*rms_norm_f32)(const RmsNormArgs& args);  ///< out: f32
  void (*rope)(const RopeArgs& args);
  /// out [n] activation type = x [n] f32, rounded to nearest even where that is bf16; out may be x
  void (*to_activation)(const float* x, size_t n, void* out);
  void (*attention)(const AttentionArgs& args);
  /// Null where matmuls are a library's (scalar): see ops/backend.h.
  void (*multiply)(const MultiplyArgs& args);
  /// Sum of x[i] * y[i] for i < n, f32; y as bf16 bits or as f32.
  float (*dot_bf16)(const float* x, const uint16_t* y, size_t n);
  float (*dot_f32)(const float* x, const float* y, size_t n);
};

/// The tables this build may contain; which of them a CPU can run is ops/backend.h's business.
extern const KernelTable kScalarTable;
extern const KernelTable kAvx2Table;
extern const KernelTable kAvx512Table;
extern const KernelTable kAvx512Bf16Table;
extern const KernelTable kAmxBf16Table;
extern const KernelTable kNeonTable;
extern const KernelTable kNeonBf16Table;

}  // namespace gram::kernels

#endif  // GRAM_ENGINE_KERNELS_KERNEL_TABLE_H_
