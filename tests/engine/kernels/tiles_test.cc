// The kernels on matrix tiles: in hardware they have the bits that the model of TDPBF16PS in plain
// C++ gives, and where a matrix lies changes nothing.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>

#include "engine/base/aligned_buffer.h"
#include "engine/base/bf16.h"
#include "engine/base/rounding.h"
#include "engine/kernels/kernel_table.h"
#include "tests/testing/backends.h"
#include "tests/testing/emulated.h"
#include "tests/testing/packed.h"
#include "tests/testing/random.h"

namespace gram::kernels {
namespace {

using testing::OwnedWeight;
using testing::Random;

/// Made values of every kind that bf16 has.
struct Kind {
  const char* name;
  std::function<float(Random*)> value;
};

float FromBits(uint32_t sign_and_mantissa, uint32_t exponent) {
  return ToFloat(Bf16{static_cast<uint16_t>((sign_and_mantissa & 0x807fU) | (exponent << 7))});
}

uint32_t Word(Random* random) { return static_cast<uint32_t>(random->Below(0x10000)); }

const std::vector<Kind> kKinds = {
    {"normal", [](Random* r) { return ToFloat(ToBf16(r->Unit())); }},
    {"exponents far apart", [](Random* r) { return FromBits(Word(r), 90 + Word(r) % 75); }},
    {"subnormal and small", [](Random* r) { return FromBits(Word(r), Word(r) % 70); }},
    {"huge", [](Random* r) { return FromBits(Word(r), 180 + Word(r) % 75); }},
    {"zeros of both signs", [](Random* r) { return r->Unit() < 0 ? -0.0F : 0.0F; }},
    {"infinite now and then", [](Random* r) {
       const uint32_t word = Word(r);
       return word % 61 == 0 ? (word % 2 == 0 ? INFINITY : -INFINITY) : ToFloat(ToBf16(r->Unit()));
     }}};

/// A product by one table: x [rows][k] and results [rows][n], each with one of the two layouts.
struct Problem {
  size_t rows, n, k;
  std::vector<float> x, w, before;
  Epilogue epilogue;
};

/// A matrix in the layout that the kernels take: panel_rows 0 is row-major.
class Matrix {
 public:
  Matrix(size_t rows, size_t width, size_t panel_rows, size_t element_bytes)
      : layout_(ActivationLayout::Of(width, panel_rows)),
        element_bytes_(element_bytes),
        bytes_((panel_rows == 0 ? rows * width : RoundUp(width, kPanelCols) * panel_rows) *
               element_bytes) {
    // What nobody wrote is no number: reading it would show.
    std::memset(bytes_.data(), 0xff, bytes_.size());
  }
  const ActivationLayout& layout() const { return layout_; }
  void Set(size_t row, size_t col, float value) {
    const Bf16 narrow = ToBf16(value);
    std::memcpy(At(row, col), element_bytes_ == 2 ? static_cast<const void*>(&narrow) : &value,
                element_bytes_);
  }
  float Get(size_t row, size_t col) {
    float value = 0;
    Bf16 narrow{};
    std::memcpy(element_bytes_ == 2 ? static_cast<void*>(&narrow) : &value, At(row, col),
                element_bytes_);
    return element_bytes_ == 2 ? ToFloat(narrow) : value;
  }
  void* data() { return bytes_.data(); }

 private:
  std::byte* At(size_t row, size_t col) {
    return bytes_.data() + layout_.At(row, col) * element_bytes_;
  }
  ActivationLayout layout_;
  size_t element_bytes_;
  AlignedBuffer<std::byte> bytes_;
};

std::vector<float> Multiply(const KernelTable& table, const Problem& p, bool panels) {
  const size_t capacity = panels ? (p.rows + 63) / 32 * 32 : 0;
  Matrix x(p.rows, p.k, capacity, 2);
  const bool narrow = GivesActivations(p.epilogue);
  Matrix out(p.rows, p.n, narrow ? capacity : 0, narrow ? 2 : 4);
  Matrix other(p.rows, p.n, capacity, 2);
  for (size_t row = 0; row < p.rows; ++row) {
    for (size_t i = 0; i < p.k; ++i) x.Set(row, i, p.x[row * p.k + i]);
    for (size_t i = 0; i < p.n; ++i) {
      out.Set(row, i, p.before[row * p.n + i]);
      other.Set(row, i, p.before[row * p.n + i]);
    }
  }
  const OwnedWeight w = testing::Pack(p.w, p.n, p.k, DType::kBf16);
  AlignedBuffer<float> sums(table.multiply_blocks * table.chunk_rows * kMultiplyCols);
  table.multiply({.x = x.data(),
                  .x_layout = x.layout(),
                  .rows = p.rows,
                  .k = p.k,
                  .block_dtype = DType::kBf16,
                  .block = w.view.data,
                  .block_bytes = w.view.block_bytes(),
                  .next_block = nullptr,
                  .cols = p.n,
                  .epilogue = p.epilogue,
                  .out = out.data(),
                  .out_layout = out.layout(),
                  .other = other.data(),
                  .sums = sums.data(),
                  .panels = nullptr});
  std::vector<float> result;
  for (size_t row = 0; row < p.rows; ++row) {
    for (size_t i = 0; i < p.n; ++i) result.push_back(out.Get(row, i));
  }
  return result;
}

Problem MakeProblem(Random* random, const Kind& kind, size_t rows, size_t n, size_t k,
                    Epilogue epilogue) {
  Problem p{rows, n, k, {}, {}, {}, epilogue};
  for (size_t i = 0; i < rows * k; ++i) p.x.push_back(kind.value(random));
  for (size_t i = 0; i < n * k; ++i) p.w.push_back(kind.value(random));
  p.before = random->Bf16Floats(rows * n);
  return p;
}

/// Equal bits; one NaN is as good as another.
::testing::AssertionResult Same(const std::vector<float>& a, const std::vector<float>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::memcmp(&a[i], &b[i], sizeof a[i]) != 0 && !(std::isnan(a[i]) && std::isnan(b[i]))) {
      return ::testing::AssertionFailure() << a[i] << " and " << b[i] << " at " << i;
    }
  }
  return ::testing::AssertionSuccess();
}

constexpr Epilogue kEpilogues[] = {Epilogue::kStore, Epilogue::kAdd, Epilogue::kSilu,
                                   Epilogue::kGeluTanh, Epilogue::kMultiply};

TEST(TilesTest, TheInstructionIsItsModel) {
  const auto hardware = ops::ChooseBackend("amx_bf16", DType::kBf16);
  if (!hardware.ok()) GTEST_SKIP() << hardware.status().message();
  Random random(31);
  for (const Kind& kind : kKinds) {
    // One step and no epilogue: what the instruction makes of it.
    for (int round = 0; round < (testing::kSlowBuild ? 20 : 200); ++round) {
      const Problem p = MakeProblem(&random, kind, 16, 64, 32, Epilogue::kStore);
      const auto got = Multiply(*(*hardware)->kernels, p, true);
      EXPECT_TRUE(Same(got, Multiply(*testing::SoftwareTiles().kernels, p, true))) << kind.name;
    }
  }
}

TEST(TilesTest, ProductsHaveTheBitsOfTheirModel) {
  const auto hardware = ops::ChooseBackend("amx_bf16", DType::kBf16);
  if (!hardware.ok()) GTEST_SKIP() << hardware.status().message();
  Random random(32);
  for (const Kind& kind : kKinds) {
    for (const auto& [rows, n, k] : {std::array<size_t, 3>{1, 256, 33},
                                     {17, 64, 192},
                                     {32, 70, 160},
                                     {75, 130, 352},
                                     {100, 256, 63}}) {
      for (const Epilogue epilogue : kEpilogues) {
        const Problem p = MakeProblem(&random, kind, rows, n, k, epilogue);
        const auto got = Multiply(*(*hardware)->kernels, p, false);
        EXPECT_TRUE(Same(got, Multiply(*testing::SoftwareTiles().kernels, p, false)))
            << kind.name << " rows " << rows << " n " << n << " k " << k;
      }
    }
  }
}

class PanelsTest : public ::testing::TestWithParam<std::string> {};

TEST_P(PanelsTest, GiveTheBitsOfRowMajorMatrices) {
  const auto backend = testing::FindBackend(GetParam(), DType::kBf16);
  if (!backend.ok()) GTEST_SKIP() << backend.status().message();
  const KernelTable& table = *(*backend)->kernels;
  if (!table.panels) GTEST_SKIP() << "reads row-major matrices alone";
  Random random(33);
  for (const auto& [rows, n, k] : {std::array<size_t, 3>{1, 64, 32},
                                   {16, 256, 100},
                                   {31, 70, 161},
                                   {64, 128, 320},
                                   {97, 250, 33}}) {
    for (const Epilogue epilogue : kEpilogues) {
      const Problem p = MakeProblem(&random, kKinds[0], rows, n, k, epilogue);
      EXPECT_TRUE(Same(Multiply(table, p, true), Multiply(table, p, false)))
          << "rows " << rows << " n " << n << " k " << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, PanelsTest, ::testing::ValuesIn(testing::KernelNames()),
                         [](const auto& isa) { return isa.param; });

TEST(TilesTest, TheBlockingChangesNoBit) {
  Random random(35);
  for (const Kind& kind : kKinds) {
    for (const auto& [rows, n, k] :
         {std::array<size_t, 3>{1, 64, 32}, {33, 60, 33}, {48, 64, 320}, {70, 64, 351}}) {
      const Problem p = MakeProblem(&random, kind, rows, n, k, Epilogue::kAdd);
      const auto expected = Multiply(*testing::SoftwareTiles().kernels, p, true);
      for (const KernelTable& table : testing::OtherBlockings()) {
        EXPECT_TRUE(Same(Multiply(table, p, true), expected))
            << kind.name << " rows " << rows << " n " << n << " k " << k;
      }
    }
  }
}

TEST(TilesTest, RmsNormWritesPanels) {
  Random random(34);
  const KernelTable& table = *testing::SoftwareTiles().kernels;
  for (const size_t width : {size_t{1}, size_t{31}, size_t{32}, size_t{33}, size_t{100}}) {
    const auto x = random.Floats(width);
    const auto weight = random.Floats(width);
    Matrix rows(3, width, 0, 2);
    Matrix panels(3, width, 64, 2);
    for (Matrix* out : {&rows, &panels}) {
      table.rms_norm({x.data(), weight.data(), width, 1e-6F,
                      static_cast<uint16_t*>(out->data()) + out->layout().At(2, 0), out->layout()});
    }
    for (size_t i = 0; i < width; ++i) EXPECT_EQ(rows.Get(2, i), panels.Get(2, i)) << i;
    EXPECT_TRUE(std::isnan(panels.Get(1, 0)) && std::isnan(panels.Get(3, 0)));
  }
}

}  // namespace
}  // namespace gram::kernels
