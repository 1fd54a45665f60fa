// Every matmul against a double-precision product, with a tolerance from the operands' norms; and
// its invariance.
#include "engine/gemm/matmul.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include "tests/testing/backends.h"
#include "tests/testing/emulated.h"
#include "tests/testing/packed.h"

namespace gram::gemm {
namespace {

using testing::AsBf16;
using testing::OwnedWeight;
using testing::Pack;
using testing::Random;

/// The products of a backend with weights of a type.
struct Path {
  std::string backend;
  DType weights;
};

std::vector<Path> Paths() {
  std::vector<Path> paths;
  for (const std::string& name : testing::TestedNames()) {
    paths.push_back({name, DType::kBf16});
    if (!testing::HasBf16Activations(name)) paths.push_back({name, DType::kF32});
  }
  return paths;
}

/// Row-major values in the activation type of a backend.
class Rows {
 public:
  Rows(DType type, size_t rows, size_t cols)
      : type_(type), cols_(cols), bytes_(rows * cols * ElementBytes(type)) {}
  Rows(DType type, const std::vector<float>& values, size_t rows, size_t cols)
      : Rows(type, rows, cols) {
    for (size_t i = 0; i < values.size(); ++i) Set(i, values[i]);
  }
  void Set(size_t i, float value) {
    if (type_ == DType::kBf16) {
      reinterpret_cast<Bf16*>(bytes_.data())[i] = ToBf16(value);
    } else {
      reinterpret_cast<float*>(bytes_.data())[i] = value;
    }
  }
  float At(size_t row, size_t col) const {
    const size_t i = row * cols_ + col;
    return type_ == DType::kBf16 ? ToFloat(reinterpret_cast<const Bf16*>(bytes_.data())[i])
                                 : reinterpret_cast<const float*>(bytes_.data())[i];
  }
  void* data() { return bytes_.data(); }
  const std::byte* row(size_t i) const { return bytes_.data() + i * cols_ * ElementBytes(type_); }
  size_t row_bytes() const { return cols_ * ElementBytes(type_); }

 private:
  DType type_;
  size_t cols_;
  AlignedBuffer<std::byte> bytes_;
};

class MatMulTest : public ::testing::TestWithParam<Path> {
 protected:
  void SetUp() override {
    const auto backend = testing::FindBackend(GetParam().backend, GetParam().weights);
    if (!backend.ok()) GTEST_SKIP() << backend.status().message();
    backend_ = *backend;
    activations_ = backend_->kernels->activations;
  }
  /// Ready for the product with `w`.
  std::unique_ptr<MatMul> Make(const ExecContext& ctx, const OwnedWeight& w) const {
    auto matmul = backend_->make_matmul(backend_->kernels, ctx);
    EXPECT_TRUE(matmul.ok()) << matmul.status().message();
    const Status ready = (*matmul)->Prepare(w.view.k);
    EXPECT_TRUE(ready.ok()) << ready.message();
    return std::move(matmul).value();
  }
  DType OutType(Epilogue epilogue) const {
    return GivesActivations(epilogue) ? activations_ : DType::kF32;
  }
  const ops::Backend* backend_ = nullptr;
  DType activations_ = DType::kF32;
};

double Expected(Epilogue epilogue, double y, double before, double other) {
  switch (epilogue) {
    case Epilogue::kStore:
      return y;
    case Epilogue::kAdd:
      return before + y;
    case Epilogue::kSilu:
      return y / (1 + std::exp(-y));
    case Epilogue::kGeluTanh:
      return y / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (y + 0.044715 * y * y * y)));
    case Epilogue::kMultiply:
      return y * other;
  }
  return 0;
}

TEST_P(MatMulTest, MatchesDoublePrecision) {
  Random random(1);
  for (const auto& [rows, n, k] : {std::array<size_t, 3>{1, 64, 32},
                                   {3, 70, 33},
                                   {80, 50, 63},
                                   {17, 160, 64},
                                   {33, 96, 200},
                                   {16, 1, 1},
                                   {8, 65, 2049},
                                   {100, 64, 4100},
                                   {40, 240, 80},
                                   {64, 130, 352}}) {
    const auto x_values = random.Bf16Floats(rows * k);
    const auto w_values = random.Bf16Floats(n * k);
    const auto before = random.Bf16Floats(rows * n);
    Rows x(activations_, x_values, rows, k);
    Rows other(activations_, before, rows, n);
    const OwnedWeight w = Pack(w_values, n, k, GetParam().weights);
    const auto matmul = Make({2}, w);
    for (const Epilogue epilogue : {Epilogue::kStore, Epilogue::kAdd, Epilogue::kSilu,
                                    Epilogue::kGeluTanh, Epilogue::kMultiply}) {
      Rows out(OutType(epilogue), before, rows, n);
      const Status status =
          matmul->Run({x.data(), &w.view, epilogue, out.data(), other.data(), rows});
      ASSERT_TRUE(status.ok()) << status.message();
      for (size_t i = 0; i < rows; ++i) {
        for (size_t j = 0; j < n; ++j) {
          double y = 0;
          double norm = 0;
          for (size_t c = 0; c < k; ++c) {
            const double term = static_cast<double>(x_values[i * k + c]) * w_values[j * k + c];
            y += term;
            norm += std::fabs(term);
          }
          const double expected = Expected(epilogue, y, before[i * n + j], before[i * n + j]);
          // f32 sums: at most k roundings of partial sums bounded by the norm; then the store's
          // rounding.
          const double store = OutType(epilogue) == DType::kBf16 ? 1.0 / 256 : 1.0 / (1 << 20);
          const double tolerance =
              static_cast<double>(k) * 6e-8 * (norm + 1) + store * std::fabs(expected) + 1e-6;
          ASSERT_NEAR(out.At(i, j), expected, tolerance)
              << backend_->name << " rows " << rows << " n " << n << " k " << k << " epilogue "
              << static_cast<int>(epilogue) << " at " << i << "," << j;
        }
      }
    }
  }
}

// The guarantee everything else stands on: a row's bits depend on the row alone.
TEST_P(MatMulTest, RowsHaveTheSameBitsWhateverTheirCompany) {
  Random random(2);
  constexpr size_t kRows = 150;
  for (const auto& [n, k] : {std::array<size_t, 2>{96, 200}, {2048, 96}, {192, 1536}, {70, 33}}) {
    const auto x_values = random.Floats(kRows * k);
    const OwnedWeight w = Pack(random.Floats(n * k), n, k, GetParam().weights);
    for (const Epilogue epilogue : {Epilogue::kStore, Epilogue::kSilu, Epilogue::kGeluTanh}) {
      Rows x(activations_, x_values, kRows, k);
      Rows all(OutType(epilogue), kRows, n);
      ASSERT_TRUE(Make({}, w)->Run({x.data(), &w.view, epilogue, all.data(), nullptr, kRows}).ok());
      for (const int threads : {1, 2, 3, 8}) {
        if (testing::kEmulated && threads != 3) continue;
        const auto matmul = Make({threads}, w);
        for (const auto& [first, rows] :
             {std::array<size_t, 2>{0, 150}, {0, 1}, {149, 1}, {7, 16}, {31, 47}, {64, 80}}) {
          const std::vector<float> part(
              x_values.begin() + static_cast<ptrdiff_t>(first * k),
              x_values.begin() + static_cast<ptrdiff_t>((first + rows) * k));
          Rows some(activations_, part, rows, k);
          Rows out(OutType(epilogue), rows, n);
          ASSERT_TRUE(
              matmul->Run({some.data(), &w.view, epilogue, out.data(), nullptr, rows}).ok());
          for (size_t i = 0; i < rows; ++i) {
            ASSERT_EQ(std::memcmp(out.row(i), all.row(first + i), out.row_bytes()), 0)
                << backend_->name << " n " << n << " k " << k << " threads " << threads << " rows "
                << rows << " row " << i;
          }
        }
      }
    }
  }
}

// In panels as a forward pass has them, cut into parts by rows and groups by columns.
TEST_P(MatMulTest, PanelsGiveTheBitsOfRowMajorMatrices) {
  if (!backend_->kernels->panels) GTEST_SKIP() << "reads row-major matrices alone";
  constexpr size_t kRows = 150;
  constexpr size_t kPanelRows = 160;
  constexpr size_t kN = 576;  // nine blocks
  constexpr size_t kK = 352;
  const auto panels = kernels::ActivationLayout::Of(kK, kPanelRows);  // of any width
  Random random(3);
  const auto x_values = random.Bf16Floats(kRows * kK);
  const OwnedWeight w = Pack(random.Floats(kN * kK), kN, kK, GetParam().weights);
  Rows x(activations_, x_values, kRows, kK);
  Rows x_panels(activations_, kPanelRows, kK);
  for (size_t i = 0; i < x_values.size(); ++i) x_panels.Set(panels.At(i / kK, i % kK), x_values[i]);
  Rows expected(activations_, kRows, kN);
  ASSERT_TRUE(
      Make({}, w)->Run({x.data(), &w.view, Epilogue::kSilu, expected.data(), nullptr, kRows}).ok());
  for (const int threads : {1, 3, 16}) {
    Rows out(activations_, kPanelRows, kN);
    ASSERT_TRUE(Make({threads}, w)
                    ->Run({.x = x_panels.data(),
                           .w = &w.view,
                           .epilogue = Epilogue::kSilu,
                           .out = out.data(),
                           .rows = kRows,
                           .panel_rows = kPanelRows})
                    .ok());
    for (size_t i = 0; i < kRows * kN; ++i) {
      const size_t panel_at = panels.At(i / kN, i % kN);
      ASSERT_EQ(out.At(panel_at / kN, panel_at % kN), expected.At(i / kN, i % kN))
          << threads << " threads, at " << i / kN << "," << i % kN;
    }
  }
}

TEST(F32MatMulTest, EveryWidthOfVectorsGivesTheSameBits) {
  const auto avx2 = ops::ChooseBackend("avx2", DType::kF32);
  const auto avx512 = ops::ChooseBackend("avx512", DType::kF32);
  if (!avx512.ok()) GTEST_SKIP() << avx512.status().message();
  Random random(4);
  const std::vector<float> x = random.Floats(20 * 200, 4);
  const OwnedWeight w = Pack(random.Floats(70 * 200), 70, 200, DType::kBf16);
  for (const Epilogue epilogue : {Epilogue::kStore, Epilogue::kSilu, Epilogue::kGeluTanh}) {
    std::vector<float> narrow(20 * 70), wide(20 * 70);
    const auto run = [&](const ops::Backend& backend, float* out) {
      auto matmul = backend.make_matmul(backend.kernels, {2});
      return (*matmul)->Run({x.data(), &w.view, epilogue, out, nullptr, 20}).ok();
    };
    ASSERT_TRUE(run(**avx2, narrow.data()) && run(**avx512, wide.data()));
    EXPECT_EQ(narrow, wide) << static_cast<int>(epilogue);
  }
}

TEST_P(MatMulTest, NoRowsAreNoWork) {
  const OwnedWeight w = Pack(std::vector<float>(64 * 64), 64, 64, GetParam().weights);
  Rows x(activations_, 1, 64);
  Rows out(DType::kF32, 1, 64);
  EXPECT_TRUE(
      Make({2}, w)->Run({x.data(), &w.view, Epilogue::kStore, out.data(), nullptr, 0}).ok());
}

TEST_P(MatMulTest, SaysWhatItWasNotPreparedFor) {
  const OwnedWeight w = Pack(std::vector<float>(64 * 64), 64, 64, GetParam().weights);
  const OwnedWeight other = Pack(std::vector<float>(64 * 32), 64, 32, GetParam().weights);
  const auto matmul = Make({}, other);
  Rows x(activations_, 1, 64);
  Rows out(DType::kF32, 1, 64);
  const Status status = matmul->Run({x.data(), &w.view, Epilogue::kStore, out.data(), nullptr, 1});
  // Products of our own need no preparation.
  EXPECT_TRUE(status.ok() || status.code() == StatusCode::kInternal) << status.message();
}

INSTANTIATE_TEST_SUITE_P(Paths, MatMulTest, ::testing::ValuesIn(Paths()), [](const auto& instance) {
  return instance.param.backend + (instance.param.weights == DType::kBf16 ? "_of_bf16" : "_of_f32");
});

}  // namespace
}  // namespace gram::gemm
