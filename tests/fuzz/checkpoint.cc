// A checkpoint folder: byte (the weights' type), config.json, tokenizer.json, tokenizer_config.json
// and model.safetensors with "%%%%" between them. Holds: a folder that is refused leaves no file
// behind; one that is converted gives the same bytes every time, and a packed file that is sound,
// opens and scores (or says that its numbers overflow).
#include <filesystem>
#include <optional>

#include "gram/judge.h"
#include "tests/fuzz/fuzzing.h"
#include "tests/testing/temp_dir.h"
#include "tools/convert/convert.h"
#include "tools/convert/verify.h"

namespace gram::fuzz {
namespace {

constexpr const char* kFolder = "checkpoint";
constexpr const char* kOutput = "out/model.gram";
constexpr std::optional<DType> kDTypes[] = {std::nullopt, DType::kBf16, DType::kF32};

convert::ConvertOptions WriteFolder(Input input) {
  convert::ConvertOptions options;
  options.folder = ScratchPath(kFolder);
  options.output = ScratchPath(kOutput);
  std::filesystem::create_directories(options.folder);
  std::filesystem::create_directories(ScratchPath("out"));
  options.dtype = kDTypes[input.Below(3)];
  for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
    WriteScratch(std::string(kFolder) + "/" + name, input.Part());
  }
  WriteScratch(std::string(kFolder) + "/model.safetensors", input.Rest());
  return options;
}

void CheckModel(const std::string& path) {
  const auto report = convert::Verify(path);
  CheckOk(report.status(), "what was converted opens");
  Check(report->problems.empty(), "what was converted is sound");
  auto judge = Judge::Open(path, {.threads = 1});
  CheckOk(judge.status(), "what was converted can be judged with");
  ScoreOptions options;
  options.prompt = "{input}|{response_a}|{response_b}";
  const Pair pair{"Q", "yes", "no"};
  const auto results = judge->Score(std::span(&pair, 1), options);
  if (results[0].ok()) return;
  const StatusCode code = results[0].status().code();
  Check(code == StatusCode::kInternal || code == StatusCode::kTooLong,
        "a pair is scored unless numbers overflow or the context is small");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  const auto options = WriteFolder(Input(data, size));
  std::filesystem::remove(options.output);
  const gram::Status status = gram::convert::Convert(options);
  if (!status.ok()) {
    CheckRefusal(status, options.folder);
    Check(std::filesystem::is_empty(ScratchPath("out")), "a refused folder leaves no file behind");
    return 0;
  }
  const std::string first = gram::testing::ReadBytes(options.output);
  CheckOk(gram::convert::Convert(options), "converting again works");
  Check(gram::testing::ReadBytes(options.output) == first, "converting again gives the same bytes");
  CheckModel(options.output);
  return 0;
}
