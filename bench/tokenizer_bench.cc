// How fast text becomes tokens, and how long a tokenizer takes to load. With the shared folder: the
// real Qwen3 vocabulary on JudgeBench's responses; without: the tiny test tokenizer on a made-up
// text. Checks its answers before it times anything.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace {

using gram::Result;
using gram::tokenizer::TokenId;
using gram::tokenizer::Tokenizer;

struct Data {
  std::string folder;  // of the tokenizer
  std::string json;
  std::vector<std::string> texts;
  size_t bytes = 0;  // of all texts
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string SharedFolder() {
  const char* folder = std::getenv("GRAM_SHARED_DIR");
  return folder != nullptr ? folder : std::string(GRAM_SOURCE_DIR) + "/../shared";
}

std::vector<std::string> JudgeBenchResponses(const std::string& path) {
  std::vector<std::string> texts;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto row = nlohmann::json::parse(line);
    texts.push_back(row.at("response_A").get<std::string>());
    texts.push_back(row.at("response_B").get<std::string>());
  }
  return texts;
}

std::vector<std::string> MadeUpTexts() {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "Which of the two answers is better? Let's see: answer " + std::to_string(i * 7919) +
            " isn't wrong,\n\tbut the other one says `f(x) = x**2` - \xc3\xa9t\xc3\xa9.\n";
  }
  return {text};
}

Data LoadData() {
  Data data;
  const std::string judgebench = SharedFolder() + "/data/judgebench/gpt.jsonl";
  if (std::filesystem::exists(judgebench)) {
    data.folder = SharedFolder() + "/data/qwen3-tokenizer";
    data.texts = JudgeBenchResponses(judgebench);
  } else {
    data.folder = std::string(GRAM_SOURCE_DIR) + "/tests/golden/tiny-tied";
    data.texts = MadeUpTexts();
  }
  data.json = ReadFile(data.folder + "/tokenizer.json");
  for (const std::string& text : data.texts) data.bytes += text.size();
  return data;
}

// The texts hold no character that NFC changes away from what decoding gives back.
bool AnswersAreRight(const Tokenizer& tokenizer, const Tokenizer& reloaded, const Data& data) {
  for (const std::string& text : data.texts) {
    const auto ids = tokenizer.Encode(text);
    if (!ids.ok() || *ids != *reloaded.Encode(text) || *tokenizer.Decode(*ids) != text)
      return false;
  }
  return true;
}

void CountBytes(benchmark::State& state, const Data& data) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(data.bytes));
}

void RegisterAll(const Data& data, const Tokenizer& tokenizer, const std::string& packed) {
  benchmark::RegisterBenchmark("Encode", [&](benchmark::State& state) {
    for (auto _ : state) {
      for (const auto& text : data.texts) benchmark::DoNotOptimize(tokenizer.Encode(text));
    }
    CountBytes(state, data);
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("EncodePlain", [&](benchmark::State& state) {
    for (auto _ : state) {
      for (const auto& text : data.texts) benchmark::DoNotOptimize(tokenizer.EncodePlain(text));
    }
    CountBytes(state, data);
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("LoadPacked", [&](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(Tokenizer::Deserialize(packed, "memory"));
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("LoadJson", [&](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(Tokenizer::FromJson(data.json, "memory"));
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const Data data = LoadData();
  const Result<Tokenizer> tokenizer = Tokenizer::FromJson(data.json, data.folder);
  if (!tokenizer.ok()) {
    std::fprintf(stderr, "%s\n", tokenizer.status().message().c_str());
    return 1;
  }
  const std::string packed = tokenizer->Serialize();
  const Result<Tokenizer> reloaded = Tokenizer::Deserialize(packed, "memory");
  if (!reloaded.ok() || !AnswersAreRight(*tokenizer, *reloaded, data)) {
    std::fprintf(stderr, "wrong answers from the tokenizer in %s\n", data.folder.c_str());
    return 1;
  }
  std::printf("%zu texts, %zu bytes, %zu tokens in the vocabulary, %zu bytes packed\n",
              data.texts.size(), data.bytes, tokenizer->vocab_size(), packed.size());
  RegisterAll(data, *tokenizer, packed);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
