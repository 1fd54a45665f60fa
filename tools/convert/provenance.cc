#include "tools/convert/provenance.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

namespace gram::convert {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kConverter[] = "gram-cpu " GRAM_VERSION;

// Paths may hold bytes that are not UTF-8: they are replaced, nothing throws.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string BaseName(const std::string& folder) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::canonical(folder, error);
  if (error) path = folder;
  return path.filename().string();
}

}  // namespace

std::string ConvertProvenance(const std::string& folder, std::string_view source_dtype,
                              std::string_view weight_dtype,
                              const std::vector<std::string>& ignored) {
  Json json = {{"converter", kConverter},
               {"source", BaseName(folder)},
               {"source_dtype", source_dtype},
               {"weight_dtype", weight_dtype}};
  if (!ignored.empty()) json["ignored"] = ignored;
  return Dump(json);
}

std::string SynthProvenance(std::string_view preset, uint64_t seed, std::string_view weight_dtype) {
  return Dump({{"converter", kConverter},
               {"source", "synthetic"},
               {"preset", preset},
               {"seed", seed},
               {"weight_dtype", weight_dtype}});
}

}  // namespace gram::convert
