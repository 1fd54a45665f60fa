// The oneDNN matmul. Everything that knows oneDNN, its two API generations included, is in this
// file.
#include "engine/gemm/matmul.h"

#include <map>
#include <new>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/base/aligned_buffer.h"
#include "engine/base/parallel.h"

namespace gram::gemm {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

memory::dim Dim(size_t size) { return static_cast<memory::dim>(size); }

/// A product of one shape: rows, n, k and epilogue.
using ShapeKey = std::tuple<size_t, size_t, size_t, Epilogue>;

/// A primitive and the argument objects it runs on; only their pointers change from call to call.
struct Product {
  dnnl::matmul primitive;
  memory x, w, out, other, scratch;
  std::unordered_map<int, memory> arguments;
};

dnnl::primitive_attr Attributes(Epilogue epilogue, const memory::desc& out) {
  dnnl::post_ops ops;
  switch (epilogue) {
    case Epilogue::kStore:
      break;
    case Epilogue::kAdd:
      ops.append_sum(1.0F);
      break;
    case Epilogue::kSilu:
#if DNNL_VERSION_MAJOR >= 3
      ops.append_eltwise(dnnl::algorithm::eltwise_swish, 1.0F, 0.0F);
#else
      ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_swish, 1.0F, 0.0F);
#endif
      break;
    case Epilogue::kMultiply:
      ops.append_binary(dnnl::algorithm::binary_mul, out);
      break;
  }
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(ops);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

class OneDnnMatMul final : public MatMul {
 public:
  explicit OneDnnMatMul(const ExecContext& ctx) : ctx_(ctx) {}

  Status Run(const MatMulArgs& args) override {
    try {
      const ScopedOmpThreads threads(ctx_);
      return RunOrThrow(args);
    } catch (const dnnl::error& error) {
      return Internal("oneDNN matmul [" + std::to_string(args.rows) + ", " +
                      std::to_string(args.w->k) + "] x [" + std::to_string(args.w->k) + ", " +
                      std::to_string(args.w->n) + "]: " + error.what());
    }
  }

 private:
  Status RunOrThrow(const MatMulArgs& args) {
    const size_t rows = PaddedRows(args.rows);
    const ShapeKey key{rows, args.w->n, args.w->k, args.epilogue};
    auto found = products_.find(key);
    if (found == products_.end()) {
      GRAM_ASSIGN_OR_RETURN(Product product, Build(rows, args.w->n, args.w->k, args.epilogue));
      found = products_.emplace(key, std::move(product)).first;
    }
    Product& product = found->second;
    product.x.set_data_handle(const_cast<void*>(args.x));
    product.w.set_data_handle(const_cast<void*>(args.w->data));
    product.out.set_data_handle(args.out);
    product.scratch.set_data_handle(scratch_.data());
    if (args.epilogue == Epilogue::kMultiply)
      product.other.set_data_handle(const_cast<void*>(args.other));
    product.primitive.execute(stream_, product.arguments);
    stream_.wait();
    return {};
  }

  Result<Product> Build(size_t rows, size_t n, size_t k, Epilogue epilogue) {
    const bool wide_out = epilogue == Epilogue::kStore || epilogue == Epilogue::kAdd;
    const auto bf16 = memory::data_type::bf16;
    const memory::desc x({Dim(rows), Dim(k)}, bf16, Tag::ab);
    const memory::desc w({Dim(k), Dim(n)}, bf16, Tag::BA16a64b2a);
    const memory::desc out({Dim(rows), Dim(n)}, wide_out ? memory::data_type::f32 : bf16, Tag::ab);
    const dnnl::primitive_attr attributes = Attributes(epilogue, out);
#if DNNL_VERSION_MAJOR >= 3
    const dnnl::matmul::primitive_desc desc(engine_, x, w, out, attributes);
#else
    const dnnl::matmul::primitive_desc desc({x, w, out}, attributes, engine_);
#endif
    const std::string implementation = desc.impl_info_str();
    if (implementation.find("brg") == std::string::npos) {
      return Unsupported("oneDNN would run a matmul with k " + std::to_string(k) + ", n " +
                         std::to_string(n) + " by '" + implementation +
                         "', not by a blocked kernel; use --isa scalar on this CPU");
    }
    Product product;
    product.primitive = dnnl::matmul(desc);
    product.x = memory(x, engine_, nullptr);
    product.w = memory(w, engine_, nullptr);
    product.out = memory(out, engine_, nullptr);
    product.scratch = memory(desc.scratchpad_desc(), engine_, nullptr);
    if (desc.scratchpad_desc().get_size() > scratch_.size()) {
      scratch_ = AlignedBuffer<std::byte>(desc.scratchpad_desc().get_size());
    }
    product.arguments = {{DNNL_ARG_SRC, product.x},
                         {DNNL_ARG_WEIGHTS, product.w},
                         {DNNL_ARG_DST, product.out},
                         {DNNL_ARG_SCRATCHPAD, product.scratch}};
    if (epilogue == Epilogue::kMultiply) {
      product.other = memory(out, engine_, nullptr);
      product.arguments.emplace(DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, product.other);
    }
    return product;
  }

  ExecContext ctx_;
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  std::map<ShapeKey, Product> products_;
  AlignedBuffer<std::byte> scratch_;
};

}  // namespace

std::unique_ptr<MatMul> MakeOneDnnMatMul(const ExecContext& ctx) {
  return std::make_unique<OneDnnMatMul>(ctx);
}

}  // namespace gram::gemm
