#include "tests/tools/convert/test_model.h"

#include <cmath>
#include <cstring>
#include <filesystem>

#include "engine/base/bf16.h"
#include "tests/testing/paths.h"
#include "tests/testing/temp_dir.h"

namespace gram::convert {
namespace {

using nlohmann::json;

template <typename T>
T LoadAt(const std::string& bytes, size_t element) {
  T value;
  std::memcpy(&value, bytes.data() + element * sizeof(T), sizeof(T));
  return value;
}

void SaveConfigAndTokenizer(const std::string& folder, const json& config) {
  gram::testing::WriteBytes(folder + "/config.json", config.dump(1));
  for (const char* name : {"/tokenizer.json", "/tokenizer_config.json"}) {
    gram::testing::WriteBytes(
        folder + name, gram::testing::ReadBytes(gram::testing::GoldenPath("tiny-tied") + name));
  }
}

// The half nearest to zero from `value`, a normal number in range.
uint16_t ToHalf(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t exponent = (bits >> 23) & 0xff;
  if (exponent < 113) return static_cast<uint16_t>(bits >> 16 & 0x8000);
  return static_cast<uint16_t>((bits >> 16 & 0x8000) | (exponent - 112) << 10 |
                               ((bits >> 13) & 0x3ff));
}

}  // namespace

float TestTensor::At(size_t element) const {
  if (dtype == "F32") return LoadAt<float>(bytes, element);
  const auto bits = LoadAt<uint16_t>(bytes, element);
  if (dtype == "BF16") return std::bit_cast<float>(uint32_t{bits} << 16);
  // A half's value, from its definition.
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return static_cast<float>((bits & 0x8000) != 0 ? -magnitude : magnitude);
}

void TestTensor::Set(size_t element, float value) {
  std::memcpy(bytes.data() + element * sizeof(value), &value, sizeof(value));
}

std::string SafetensorsBytes(std::string_view header, std::string_view data) {
  const uint64_t size = header.size();
  std::string bytes(reinterpret_cast<const char*>(&size), sizeof(size));
  return bytes.append(header).append(data);
}

std::string SafetensorsBytes(const TestTensors& tensors, const std::function<void(json&)>& edit) {
  json header = {{"__metadata__", {{"format", "pt"}}}};
  std::string data;
  for (const auto& [name, tensor] : tensors) {
    const size_t begin = data.size();
    data += tensor.bytes;
    header[name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
  }
  if (edit) edit(header);
  return SafetensorsBytes(header.dump(), data);
}

TestTensors ReadTestTensors(const std::string& path) {
  const std::string bytes = gram::testing::ReadBytes(path);
  const auto size = LoadAt<uint64_t>(bytes, 0);
  const json header = json::parse(bytes.substr(8, size));
  TestTensors tensors;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") continue;
    const size_t begin = value["data_offsets"][0];
    const size_t end = value["data_offsets"][1];
    tensors[name] = {value["dtype"], value["shape"], bytes.substr(8 + size + begin, end - begin)};
  }
  return tensors;
}

TestModel TestModel::Golden() { return Load(gram::testing::GoldenPath("tiny-tied")); }

TestModel TestModel::Load(const std::string& folder) {
  TestModel model;
  model.config = json::parse(gram::testing::ReadBytes(folder + "/config.json"));
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".safetensors") {
      model.tensors.merge(ReadTestTensors(entry.path().string()));
    }
  }
  return model;
}

void TestModel::ConvertTo(const std::string& dtype) {
  for (auto& [name, tensor] : tensors) {
    std::string bytes;
    const size_t count = tensor.bytes.size() / (tensor.dtype == "F32" ? 4 : 2);
    for (size_t i = 0; i < count; ++i) {
      const float value = tensor.At(i);
      const uint16_t half = ToHalf(value);
      bytes += dtype == "F32" ? std::string(reinterpret_cast<const char*>(&value), 4)
                              : std::string(reinterpret_cast<const char*>(&half), 2);
    }
    tensor = {dtype, tensor.shape, bytes};
  }
}

void TestModel::Save(const std::string& folder) const {
  SaveConfigAndTokenizer(folder, config);
  gram::testing::WriteBytes(folder + "/model.safetensors", SafetensorsBytes(tensors));
}

void TestModel::SaveSharded(const std::string& folder, size_t shards,
                            const std::function<void(json&)>& edit) const {
  SaveConfigAndTokenizer(folder, config);
  std::vector<TestTensors> parts(shards);
  json index;
  size_t next = 0;
  for (const auto& [name, tensor] : tensors) {
    parts[next][name] = tensor;
    index["weight_map"][name] = "part-" + std::to_string(next) + ".safetensors";
    next = (next + 1) % shards;
  }
  for (size_t i = 0; i < shards; ++i) {
    gram::testing::WriteBytes(folder + "/part-" + std::to_string(i) + ".safetensors",
                              SafetensorsBytes(parts[i]));
  }
  if (edit) edit(index);
  gram::testing::WriteBytes(folder + "/model.safetensors.index.json", index.dump());
}

}  // namespace gram::convert
