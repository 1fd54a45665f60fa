// How fast text becomes tokens, and how long a tokenizer takes to load, for each family. With the
// shared folder: the real vocabularies on JudgeBench's responses; without: the small test
// tokenizers on a made-up text. Checks its answers before it times anything.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace {

using gram::Result;
using gram::tokenizer::TokenId;
using gram::tokenizer::Tokenizer;

struct Texts {
  std::vector<std::string> texts;
  size_t bytes = 0;  // of all of them
};

// A tokenizer in all its forms.
struct Subject {
  std::string family;
  std::string json;
  std::string packed;
  std::unique_ptr<Tokenizer> tokenizer;
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

std::string JudgeBench() { return SharedFolder() + "/data/judgebench/gpt.jsonl"; }

Texts LoadTexts() {
  Texts texts;
  texts.texts =
      std::filesystem::exists(JudgeBench()) ? JudgeBenchResponses(JudgeBench()) : MadeUpTexts();
  for (const std::string& text : texts.texts) texts.bytes += text.size();
  return texts;
}

std::string FolderOf(const std::string& family) {
  const std::string shared = SharedFolder() + "/data/" + family + "-tokenizer";
  if (std::filesystem::exists(shared)) return shared;
  const std::string golden = std::string(GRAM_SOURCE_DIR) + "/tests/golden/";
  return family == "qwen3" ? golden + "tiny-tied" : golden + "tokenizers/" + family;
}

// The texts hold no character that normalising changes away from what decoding gives back.
bool AnswersAreRight(const Tokenizer& tokenizer, const Tokenizer& reloaded, const Texts& texts) {
  for (const std::string& text : texts.texts) {
    const auto ids = tokenizer.Encode(text);
    if (!ids.ok() || *ids != *reloaded.Encode(text) || *tokenizer.Decode(*ids) != text)
      return false;
  }
  return true;
}

bool Load(const std::string& family, const Texts& texts, Subject* subject) {
  const std::string folder = FolderOf(family);
  subject->family = family;
  subject->json = ReadFile(folder + "/tokenizer.json");
  Result<Tokenizer> tokenizer = Tokenizer::FromJson(subject->json, folder);
  if (!tokenizer.ok()) {
    std::fprintf(stderr, "%s\n", tokenizer.status().message().c_str());
    return false;
  }
  subject->tokenizer = std::make_unique<Tokenizer>(std::move(tokenizer).value());
  subject->packed = subject->tokenizer->Serialize();
  const Result<Tokenizer> reloaded = Tokenizer::Deserialize(subject->packed, "memory");
  if (!reloaded.ok() || !AnswersAreRight(*subject->tokenizer, *reloaded, texts)) {
    std::fprintf(stderr, "wrong answers from the tokenizer in %s\n", folder.c_str());
    return false;
  }
  std::printf("%s: %zu tokens in the vocabulary, %zu bytes packed\n", family.c_str(),
              subject->tokenizer->vocab_size(), subject->packed.size());
  return true;
}

void RegisterEncoder(const std::string& name, const Texts& texts, const Tokenizer& tokenizer,
                     Result<std::vector<TokenId>> (Tokenizer::*encode)(std::string_view) const) {
  benchmark::RegisterBenchmark(name.c_str(), [&, encode](benchmark::State& state) {
    for (auto _ : state) {
      for (const auto& text : texts.texts) benchmark::DoNotOptimize((tokenizer.*encode)(text));
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(texts.bytes));
  })->Unit(benchmark::kMillisecond);
}

void RegisterAll(const Texts& texts, const Subject& subject) {
  const std::string end = "/" + subject.family;
  RegisterEncoder("Encode" + end, texts, *subject.tokenizer, &Tokenizer::Encode);
  RegisterEncoder("EncodePlain" + end, texts, *subject.tokenizer, &Tokenizer::EncodePlain);
  benchmark::RegisterBenchmark(("LoadPacked" + end).c_str(), [&](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(Tokenizer::Deserialize(subject.packed, "memory"));
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(("LoadJson" + end).c_str(), [&](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(Tokenizer::FromJson(subject.json, "memory"));
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const Texts texts = LoadTexts();
  std::printf("%zu texts, %zu bytes\n", texts.texts.size(), texts.bytes);
  std::vector<Subject> subjects(4);  // the benchmarks keep references
  const char* const families[] = {"qwen3", "llama3", "gemma2", "internlm2"};
  for (size_t i = 0; i < subjects.size(); ++i) {
    if (!Load(families[i], texts, &subjects[i])) return 1;
    RegisterAll(texts, subjects[i]);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
