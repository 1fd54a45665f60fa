// The oneDNN matmul. Everything that knows oneDNN, its two API generations included, is in this
// file.
//
// What oneDNN's own threads and shapes do to a row's bits is its own affair: on AMX the bits depend
// on the number of rows and threads, and sums are wrong where it gets fewer threads than it planned
// for. Therefore it sees one shape for each k, kTileRows rows by one block of 64 outputs, on the
// thread that calls it; the threads are ours, and so is the epilogue.
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <new>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/aligned_buffer.h"
#include "engine/base/bf16.h"
#include "engine/base/rounding.h"
#include "engine/base/thread_pool.h"
#include "engine/gemm/matmul.h"

namespace gram::gemm {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

/// Rows of every product: enough for a block of weights, which comes from the second-level cache,
/// to be worth its way; few enough that a batch's last rows waste little.
constexpr size_t kTileRows = 48;

constexpr size_t kBlockCols = PackedLayout::kBlockCols;

/// Free memory without which no primitive is made: oneDNN 2.6 crashes where it runs out in there.
constexpr size_t kHeadroom = size_t{64} << 20;

memory::dim Dim(size_t size) { return static_cast<memory::dim>(size); }

/// While it lives, OpenMP code called from this thread stays on it. oneDNN asks when it plans a
/// primitive and again when it runs it.
class OnThisThreadAlone {
 public:
  OnThisThreadAlone() : previous_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OnThisThreadAlone() { omp_set_num_threads(previous_); }
  OnThisThreadAlone(const OnThisThreadAlone&) = delete;
  OnThisThreadAlone& operator=(const OnThisThreadAlone&) = delete;

 private:
  int previous_;
};

/// A product of kTileRows rows and one block, by what oneDNN does to it: kStore, kSilu, kGeluTanh.
using Product = std::map<Epilogue, dnnl::matmul>;

Epilogue DoneByOneDnn(Epilogue epilogue) {
  const bool function = epilogue == Epilogue::kSilu || epilogue == Epilogue::kGeluTanh;
  return function ? epilogue : Epilogue::kStore;
}

/// What one worker runs products of one k on; only the pointers change from call to call.
struct Arguments {
  memory x, w, out, scratch;
  std::unordered_map<int, memory> by_name;
};

/// One worker's buffers.
struct Worker {
  AlignedBuffer<Bf16> rows;          // [kTileRows, Kp]: rows that x has not got, or not so wide
  AlignedBuffer<float> sums;         // [kTileRows, 64]
  AlignedBuffer<std::byte> scratch;  // oneDNN's
  std::map<size_t, Arguments> arguments;  // by Kp

  void Equip(const dnnl::engine& engine, const memory::desc& x, const memory::desc& w,
             const memory::desc& out, const memory::desc& their_scratch);
};

void Worker::Equip(const dnnl::engine& engine, const memory::desc& x, const memory::desc& w,
                   const memory::desc& out, const memory::desc& their_scratch) {
  const size_t inputs = x.get_size() / sizeof(Bf16);
  if (rows.size() < inputs) rows = AlignedBuffer<Bf16>(inputs);
  if (sums.size() == 0) sums = AlignedBuffer<float>(out.get_size() / sizeof(float));
  if (scratch.size() < their_scratch.get_size())
    scratch = AlignedBuffer<std::byte>(their_scratch.get_size());
  Arguments made{memory(x, engine, nullptr),
                 memory(w, engine, nullptr),
                 memory(out, engine, nullptr),
                 memory(their_scratch, engine, nullptr),
                 {}};
  made.by_name = {{DNNL_ARG_SRC, made.x},
                  {DNNL_ARG_WEIGHTS, made.w},
                  {DNNL_ARG_DST, made.out},
                  {DNNL_ARG_SCRATCHPAD, made.scratch}};
  arguments.insert_or_assign(inputs / kTileRows, std::move(made));
}

size_t PaddedK(size_t k) { return PackedLayout{1, k, DType::kBf16}.padded_k(); }

Status NoMemoryForKernels() {
  return OutOfMemory(
      "out of memory while oneDNN's kernels were being built; another --isa needs less");
}

/// Throws std::bad_alloc where there is no room for what oneDNN does not check.
void CheckHeadroom() {
  const std::unique_ptr<std::byte[]> room(new std::byte[kHeadroom]);
  // The compiler may leave out an allocation that nobody looks at.
  static_cast<volatile std::byte*>(room.get())[0] = std::byte{0};
}

std::string OneDnnVersion() {
  const dnnl_version_t* version = dnnl_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch);
}

dnnl::primitive_attr Attributes(Epilogue epilogue) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (epilogue == Epilogue::kStore) return attributes;
  const auto function = epilogue == Epilogue::kSilu ? dnnl::algorithm::eltwise_swish
                                                    : dnnl::algorithm::eltwise_gelu_tanh;
  dnnl::post_ops ops;
#if DNNL_VERSION_MAJOR >= 3
  ops.append_eltwise(function, 1.0F, 0.0F);
#else
  ops.append_eltwise(1.0F, function, 1.0F, 0.0F);
#endif
  attributes.set_post_ops(ops);
  return attributes;
}

/// `cols` values of a row on their way out; an activation function has been applied.
void FinishRow(Epilogue epilogue, const float* y, size_t cols, const Bf16* other, void* out) {
  float* wide = static_cast<float*>(out);
  Bf16* narrow = static_cast<Bf16*>(out);
  switch (epilogue) {
    case Epilogue::kStore:
      std::copy_n(y, cols, wide);
      break;
    case Epilogue::kAdd:
      for (size_t i = 0; i < cols; ++i) wide[i] += y[i];
      break;
    case Epilogue::kSilu:
    case Epilogue::kGeluTanh:
      for (size_t i = 0; i < cols; ++i) narrow[i] = ToBf16(y[i]);
      break;
    case Epilogue::kMultiply:
      for (size_t i = 0; i < cols; ++i) narrow[i] = ToBf16(y[i] * ToFloat(other[i]));
      break;
  }
}

class OneDnnMatMul final : public MatMul {
 public:
  explicit OneDnnMatMul(const ExecContext& ctx)
      : ctx_(ctx), workers_(static_cast<size_t>(ctx.threads())) {}

  Status Prepare(size_t k) override {
    const size_t padded = PaddedK(k);
    if (products_.count(padded) > 0) return {};
    try {
      const OnThisThreadAlone alone;
      CheckHeadroom();
      return Build(padded);
    } catch (const dnnl::error& error) {
      if (error.status == dnnl_out_of_memory) return NoMemoryForKernels();
      return Failure(padded, error.what());
    } catch (const std::bad_alloc&) {
      return NoMemoryForKernels();
    }
  }

  Status Run(const MatMulArgs& args) override {
    if (args.rows == 0) return {};
    const auto found = products_.find(PaddedK(args.w->k));
    if (found == products_.end()) return Failure(args.w->k, "it was not prepared");
    // A block for all rows at once reads it from memory once; rows are split only to occupy all
    // threads.
    const size_t blocks = args.w->blocks();
    const size_t tiles = CeilDiv(args.rows, kTileRows);
    const size_t parts = blocks < kItemsAThread * workers_.size() ? tiles : 1;
    const size_t tiles_a_part = tiles / parts;
    std::atomic<bool> failed = false;
    ParallelFor(ctx_, static_cast<int64_t>(blocks * parts), [&](int64_t item, int worker) {
      const auto index = static_cast<size_t>(item);
      const size_t first = index % parts * tiles_a_part;
      for (size_t tile = first; tile < first + tiles_a_part; ++tile) {
        if (!RunTile(args, found->second, index / parts, tile * kTileRows,
                     &workers_[static_cast<size_t>(worker)])) {
          failed = true;
        }
      }
    });
    // Prepared shapes run, unless there is no memory: no row is at fault.
    if (failed) return OutOfMemory("oneDNN's product failed, most likely because memory ran out");
    return {};
  }

  std::string library_kernel() const override { return kernel_; }

 private:
  static constexpr size_t kItemsAThread = 4;

  static Status Failure(size_t k, const std::string& what) {
    return Internal("oneDNN matmul with k " + std::to_string(k) + ": " + what);
  }

  Status Build(size_t k) {
    const auto bf16 = memory::data_type::bf16;
    const memory::desc x({Dim(kTileRows), Dim(k)}, bf16, Tag::ab);
    const memory::desc w({Dim(k), Dim(kBlockCols)}, bf16, Tag::BA16a64b2a);
    const memory::desc out({Dim(kTileRows), Dim(kBlockCols)}, memory::data_type::f32, Tag::ab);
    Product product;
    for (const Epilogue epilogue : {Epilogue::kStore, Epilogue::kSilu, Epilogue::kGeluTanh}) {
#if DNNL_VERSION_MAJOR >= 3
      const dnnl::matmul::primitive_desc desc(engine_, x, w, out, Attributes(epilogue));
#else
      const dnnl::matmul::primitive_desc desc({x, w, out}, Attributes(epilogue), engine_);
#endif
      const std::string implementation = desc.impl_info_str();
      if (implementation.find("brg") == std::string::npos) {
        return Unsupported("oneDNN " + OneDnnVersion() + " would run a matmul with k " +
                           std::to_string(k) + " by '" + implementation +
                           "', not by a blocked kernel; use another --isa on this CPU");
      }
      product[epilogue] = dnnl::matmul(desc);
      kernel_ = "oneDNN " + OneDnnVersion() + " " + implementation;
      for (Worker& worker : workers_) worker.Equip(engine_, x, w, out, desc.scratchpad_desc());
    }
    products_.emplace(k, std::move(product));
    return {};
  }

  /// kTileRows rows of x from `row` on: as they lie, or a copy where some are not there or k is no
  /// multiple of what the weight is padded to (oneDNN 2.6 has kernels for odd k that no CPU runs).
  static const Bf16* TileOf(const MatMulArgs& args, size_t row, size_t padded_k, Worker* worker) {
    const size_t k = args.w->k;
    const Bf16* x = static_cast<const Bf16*>(args.x) + row * k;
    const size_t rows = std::min(kTileRows, args.rows - row);
    if (rows == kTileRows && k == padded_k) return x;
    Bf16* copy = worker->rows.data();
    std::memset(copy, 0, kTileRows * padded_k * sizeof(Bf16));
    for (size_t i = 0; i < rows; ++i) std::copy_n(x + i * k, k, copy + i * padded_k);
    return copy;
  }

  /// Rows row .. row + kTileRows - 1, as far as there are, of one block; false where oneDNN fails.
  bool RunTile(const MatMulArgs& args, const Product& product, size_t block, size_t row,
               Worker* worker) {
    const PackedWeight& w = *args.w;
    const size_t padded_k = w.padded_k();
    const Bf16* x = TileOf(args, row, padded_k, worker);
    const auto* weights = static_cast<const std::byte*>(w.data) + block * w.block_bytes();
    try {
      const OnThisThreadAlone alone;
      Arguments& arguments = worker->arguments.at(padded_k);
      arguments.x.set_data_handle(const_cast<Bf16*>(x));
      arguments.w.set_data_handle(const_cast<std::byte*>(weights));
      arguments.out.set_data_handle(worker->sums.data());
      arguments.scratch.set_data_handle(worker->scratch.data());
      product.at(DoneByOneDnn(args.epilogue)).execute(stream_, arguments.by_name);
    } catch (const std::exception&) {  // dnnl::error, std::bad_alloc
      return false;
    }
    const size_t col = block * kBlockCols;
    const size_t element = GivesActivations(args.epilogue) ? sizeof(Bf16) : sizeof(float);
    for (size_t i = row; i < std::min(row + kTileRows, args.rows); ++i) {
      const size_t at = i * w.n + col;
      FinishRow(args.epilogue, worker->sums.data() + (i - row) * kBlockCols,
                std::min(kBlockCols, w.n - col),
                args.other == nullptr ? nullptr : static_cast<const Bf16*>(args.other) + at,
                static_cast<std::byte*>(args.out) + at * element);
    }
    return true;
  }

  ExecContext ctx_;
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::vector<Worker> workers_;
  std::map<size_t, Product> products_;  // by Kp
  std::string kernel_;
};

}  // namespace

Result<std::unique_ptr<MatMul>> MakeOneDnnMatMul(const ExecContext& ctx) {
  try {
    return std::unique_ptr<MatMul>(std::make_unique<OneDnnMatMul>(ctx));
  } catch (const dnnl::error& error) {
    return Internal(std::string("oneDNN does not start: ") + error.what());
  }
}

}  // namespace gram::gemm
