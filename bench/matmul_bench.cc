// Products on packed weights, of every backend, at the shapes in matmul_shapes.txt: checked against
// a plain product, then timed with all threads. `share` is of the machine's peak in the same run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include "engine/base/bf16.h"
#include "engine/base/cpu_limits.h"
#include "engine/base/rounding.h"
#include "engine/diagnostics/machine.h"
#include "engine/ops/backend.h"
#include "tests/testing/packed.h"
#include "tests/testing/random.h"

namespace {

using gram::AlignedBuffer;
using gram::DType;
using gram::ExecContext;
using gram::ops::Backend;

struct Shape {
  size_t n, k;
};

std::vector<Shape> ReadShapes() {
  std::ifstream file(std::string(GRAM_SOURCE_DIR) + "/bench/matmul_shapes.txt");
  std::vector<Shape> shapes;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Shape shape{};
    if (line.empty() || line[0] == '#' || !(words >> shape.n >> shape.k)) continue;
    shapes.push_back(shape);
  }
  return shapes;
}

/// x [rows, k] of bf16 values in the activation type and layout of a backend.
AlignedBuffer<std::byte> Activations(const std::vector<float>& values, size_t rows, size_t k,
                                     const gram::kernels::KernelTable& kernels) {
  const auto layout = gram::kernels::ActivationLayout::Of(k, kernels.panels ? rows : 0);
  AlignedBuffer<std::byte> bytes(rows * gram::RoundUp(k, gram::kernels::kPanelCols) *
                                 gram::ElementBytes(kernels.activations));
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t at = layout.At(i / k, i % k);
    if (kernels.activations == DType::kBf16) {
      reinterpret_cast<gram::Bf16*>(bytes.data())[at] = gram::ToBf16(values[i]);
    } else {
      reinterpret_cast<float*>(bytes.data())[at] = values[i];
    }
  }
  return bytes;
}

void MatMul(benchmark::State& state, const Backend* backend, Shape shape) {
  const ExecContext ctx{gram::AvailableCores()};
  const auto rows = static_cast<size_t>(state.range(0));
  gram::testing::Random random(2);
  const std::vector<float> x_values = random.Bf16Floats(rows * shape.k);
  const std::vector<float> w_values = random.Bf16Floats(shape.n * shape.k);
  const auto x = Activations(x_values, rows, shape.k, *backend->kernels);
  const auto w = gram::testing::Pack(w_values, shape.n, shape.k, DType::kBf16);
  AlignedBuffer<float> out(rows * shape.n);
  const auto matmul = backend->make_matmul(backend->kernels, ctx);
  if (!matmul.ok() || !(*matmul)->Prepare(shape.k).ok()) {
    state.SkipWithError("the backend does not start");
    return;
  }
  const auto run = [&] {
    return (*matmul)->Run({.x = x.data(),
                           .w = &w.view,
                           .out = out.data(),
                           .rows = rows,
                           .panel_rows = backend->kernels->panels ? rows : 0});
  };
  if (const gram::Status status = run(); !status.ok()) {
    state.SkipWithError(status.message().c_str());
    return;
  }
  for (const size_t i : {size_t{0}, rows * shape.n - 1}) {
    double expected = 0;
    for (size_t c = 0; c < shape.k; ++c) {
      expected += static_cast<double>(x_values[i / shape.n * shape.k + c]) *
                  w_values[i % shape.n * shape.k + c];
    }
    if (std::fabs(expected - out[i]) > 1e-2) {
      state.SkipWithError("the product is wrong");
      return;
    }
  }
  const double peak = 1e9 * gram::diagnostics::MeasurePeak(*backend->kernels, ctx);
  for (auto _ : state) (void)run().ok();
  const double flops =
      2.0 * static_cast<double>(rows * shape.n * shape.k) * static_cast<double>(state.iterations());
  state.counters["GFLOP/s"] = benchmark::Counter(flops / 1e9, benchmark::Counter::kIsRate);
  state.counters["share"] = benchmark::Counter(flops / peak, benchmark::Counter::kIsRate);
}

}  // namespace

int main(int argc, char** argv) {
  for (const Backend* backend : gram::ops::AvailableBackends()) {
    if (backend == &gram::ops::ReferenceBackend()) continue;  // not worth timing
    for (const Shape& shape : ReadShapes()) {
      const std::string name = std::string("MatMul/") + backend->name + "/n" +
                               std::to_string(shape.n) + "/k" + std::to_string(shape.k) + "/rows";
      benchmark::RegisterBenchmark(name.c_str(), MatMul, backend, shape)
          ->Arg(16)
          ->Arg(480)
          ->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
