// A checkpoint in memory, read and written by the tests' own code: the committed one to begin with,
// then changed as a test needs.
#ifndef GRAM_TESTS_TOOLS_CONVERT_TEST_MODEL_H_
#define GRAM_TESTS_TOOLS_CONVERT_TEST_MODEL_H_

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gram::convert {

struct TestTensor {
  std::string dtype;  // "BF16", "F16", "F32"
  std::vector<uint64_t> shape;
  std::string bytes;

  float At(size_t element) const;
  void Set(size_t element, float value);  // F32 only
};

using TestTensors = std::map<std::string, TestTensor>;

/// A safetensors file's bytes; `edit` may change the header before it is written.
std::string SafetensorsBytes(const TestTensors& tensors,
                             const std::function<void(nlohmann::json&)>& edit = nullptr);

/// The same with the header as text.
std::string SafetensorsBytes(std::string_view header, std::string_view data);

TestTensors ReadTestTensors(const std::string& path);

struct TestModel {
  nlohmann::json config;
  TestTensors tensors;

  /// The committed tests/golden/tiny-tied.
  static TestModel Golden();
  /// A folder with one or more safetensors files, `prefix` alone among its weights.
  static TestModel Load(const std::string& folder);

  /// Converts every tensor to `dtype` ("F32" or "F16", the latter for values that are halves).
  void ConvertTo(const std::string& dtype);

  /// config.json, model.safetensors, and the committed tokenizer.
  void Save(const std::string& folder) const;
  /// The same in `shards` files with an index; `edit` may change the index.
  void SaveSharded(const std::string& folder, size_t shards,
                   const std::function<void(nlohmann::json&)>& edit = nullptr) const;
};

}  // namespace gram::convert

#endif  // GRAM_TESTS_TOOLS_CONVERT_TEST_MODEL_H_
