#include "tools/convert/rope_config.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace gram::convert {
namespace {

using format::RopeParameters;
using format::RopeType;

constexpr std::pair<std::string_view, RopeType> kTypes[] = {{"default", RopeType::kDefault},
                                                            {"linear", RopeType::kLinear},
                                                            {"dynamic", RopeType::kDynamic},
                                                            {"llama3", RopeType::kLlama3}};

Status ReadTypeField(const Fields& rope, std::string_view name, std::optional<RopeType>& type) {
  const auto found = rope.Find(name);
  std::string_view text;
  if (!found) return {};
  if (found->get(text) != simdjson::SUCCESS) return rope.Wrong(name, "a string");
  const auto known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const auto& entry) { return entry.first == text; });
  if (known == std::end(kTypes)) {
    return rope.NotSupported(name, text, "default, linear, dynamic or llama3");
  }
  if (type && *type != known->second) return rope.Wrong(name, "what the other name of it says");
  type = known->second;
  return {};
}

/// The fields that scaling of one type has, beside its type and rope_theta.
std::vector<std::string_view> FieldsOf(RopeType type) {
  switch (type) {
    case RopeType::kDefault:
      return {};
    case RopeType::kLinear:
      return {"factor"};
    case RopeType::kDynamic:
      return {"factor", "original_max_position_embeddings"};
    case RopeType::kLlama3:
      return {"factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"};
  }
  return {};
}

Status CheckFields(const Fields& rope, RopeType type) {
  const std::vector<std::string_view> known = FieldsOf(type);
  for (const auto& [key, value] : rope.fields()) {
    if (key == "rope_type" || key == "type" || key == "rope_theta" || value.is_null()) continue;
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    // Every number that could alter frequencies is either computed with or refused.
    if (key == "partial_rotary_factor") {
      double part = 0;
      GRAM_RETURN_IF_ERROR(rope.Number(key, part));
      if (part == 1) continue;
    }
    return Unsupported(rope.Field(key) + " is not supported with " +
                       std::string(format::RopeTypeName(type)) + " RoPE");
  }
  return {};
}

Status ReadScaling(const Fields& rope, uint32_t max_positions, RopeParameters& out) {
  std::optional<RopeType> type;
  GRAM_RETURN_IF_ERROR(ReadTypeField(rope, "rope_type", type));
  GRAM_RETURN_IF_ERROR(ReadTypeField(rope, "type", type));
  if (!type && rope.Has("factor")) return rope.Missing("rope_type");
  out.rope_type = type.value_or(RopeType::kDefault);
  GRAM_RETURN_IF_ERROR(CheckFields(rope, out.rope_type));
  if (out.rope_type != RopeType::kDefault) {
    GRAM_RETURN_IF_ERROR(rope.Number("factor", out.factor));
  }
  if (out.rope_type == RopeType::kLlama3) {
    GRAM_RETURN_IF_ERROR(rope.Number("low_freq_factor", out.low_freq_factor));
    GRAM_RETURN_IF_ERROR(rope.Number("high_freq_factor", out.high_freq_factor));
    return rope.Integer("original_max_position_embeddings", out.original_max_position_embeddings);
  }
  if (out.rope_type == RopeType::kDynamic) {
    out.original_max_position_embeddings = max_positions;
    GRAM_RETURN_IF_ERROR(rope.OptionalInteger("original_max_position_embeddings",
                                              out.original_max_position_embeddings));
    if (out.original_max_position_embeddings != max_positions) {
      return rope.NotSupported("original_max_position_embeddings",
                               std::to_string(out.original_max_position_embeddings),
                               "the value of max_position_embeddings");
    }
  }
  return {};
}

/// One of the places that tell theta; they must agree.
Status ReadTheta(const Fields& fields, std::optional<double>& theta) {
  if (!fields.Find("rope_theta")) return {};
  double value = 0;
  GRAM_RETURN_IF_ERROR(fields.Number("rope_theta", value));
  if (theta && *theta != value) {
    return Corrupt(fields.Field("rope_theta") + " is given twice, with different values");
  }
  theta = value;
  return {};
}

}  // namespace

Result<RopeParameters> ReadRope(const Fields& config, uint32_t max_position_embeddings) {
  RopeParameters parameters;
  std::optional<double> theta;
  bool scaled = false;
  for (const char* name : {"rope_parameters", "rope_scaling"}) {
    const auto value = config.Find(name);
    if (!value) continue;
    simdjson::dom::object object;
    if (value->get(object) != simdjson::SUCCESS) return config.Wrong(name, "an object or null");
    const Fields rope(object, config.Field(name));
    RopeParameters found;
    GRAM_RETURN_IF_ERROR(ReadScaling(rope, max_position_embeddings, found));
    if (scaled && found != parameters) {
      return Corrupt(config.Field(name) + " contradicts rope_parameters");
    }
    parameters = found;
    scaled = true;
    GRAM_RETURN_IF_ERROR(ReadTheta(rope, theta));
  }
  GRAM_RETURN_IF_ERROR(ReadTheta(config, theta));
  if (!theta) return config.Missing("rope_theta");
  parameters.rope_theta = *theta;
  return parameters;
}

}  // namespace gram::convert
