#include "jobs/formats/mapper_options.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/status.h"

namespace gram::jobs {
namespace {

struct Part {
  std::string_view name;
  std::string FieldMap::*field;
};

constexpr std::array<Part, 10> kParts = {{{"question", &FieldMap::question},
                                          {"response1", &FieldMap::response1},
                                          {"response2", &FieldMap::response2},
                                          {"chosen", &FieldMap::chosen},
                                          {"rejected", &FieldMap::rejected},
                                          {"responses", &FieldMap::responses},
                                          {"system", &FieldMap::system},
                                          {"prefix", &FieldMap::prefix},
                                          {"label", &FieldMap::label},
                                          {"id", &FieldMap::id}}};

Status Bad(std::string_view item, const std::string& why) {
  return InvalidArgument("--map: '" + std::string(item) + "' " + why);
}

Status ParseItem(std::string_view item, FieldMap& map) {
  const size_t equals = item.find('=');
  if (equals == std::string_view::npos || equals + 1 == item.size()) {
    return Bad(item, "is not NAME=FIELD");
  }
  for (const Part& part : kParts) {
    if (part.name != item.substr(0, equals)) continue;
    if (!(map.*part.field).empty()) return Bad(item, "names a part for the second time");
    map.*part.field = item.substr(equals + 1);
    return {};
  }
  return Bad(item,
             "is not one of question, response1, response2, chosen, rejected, responses, system, "
             "prefix, label, id");
}

// The format of rows whose question or answers the user names.
Format FormatOf(const FieldMap& fields) {
  Format format = {.name = "mapped", .title = "fields as --map names them"};
  format.question_is_named = true;  // answers alone hold their question
  format.answers_are_named = fields.NamesAnswers();
  // "context+question": the first field, and what goes behind it.
  const size_t plus = std::min(fields.question.find('+'), fields.question.size());
  format.question = std::string_view(fields.question).substr(0, plus);
  format.addition =
      std::string_view(fields.question).substr(std::min(plus + 1, fields.question.size()));
  format.first = fields.chosen.empty() ? fields.response1 : fields.chosen;
  format.second = fields.chosen.empty() ? fields.response2 : fields.rejected;
  if (!fields.responses.empty()) {
    format.shape = Shape::kList;
    format.first = fields.responses;
    if (fields.question.empty()) format.question = FindFormat("best-of-n")->question;
  }
  if (!fields.response1.empty()) format.label_rule = LabelRule::kUnlabelled;
  if (!fields.chosen.empty()) format.label_rule = LabelRule::kFirstIsBetter;
  return format;
}

}  // namespace

Result<FieldMap> ParseFieldMap(std::string_view text) {
  FieldMap map;
  for (size_t begin = 0; !text.empty() && begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    GRAM_RETURN_IF_ERROR(ParseItem(text.substr(begin, end - begin), map));
    begin = end + 1;
  }
  if (map.response1.empty() != map.response2.empty()) {
    return InvalidArgument("--map: response1 and response2 go together");
  }
  if (map.chosen.empty() != map.rejected.empty()) {
    return InvalidArgument("--map: chosen and rejected go together");
  }
  const int ways = (map.response1.empty() ? 0 : 1) + (map.chosen.empty() ? 0 : 1) +
                   (map.responses.empty() ? 0 : 1);
  if (ways > 1) {
    return InvalidArgument(
        "--map: give response1 and response2, or chosen and rejected, or responses");
  }
  if (!map.chosen.empty() && !map.label.empty()) {
    return InvalidArgument("--map: chosen and rejected are the label; leave label out");
  }
  return map;
}

Format WithFields(const Format& base, const FieldMap& fields) {
  Format format = fields.NamesTexts() ? FormatOf(fields) : base;
  if (!fields.system.empty()) format.system = fields.system;
  if (!fields.prefix.empty()) format.prefix = fields.prefix;
  if (fields.label.empty()) return format;
  format.label_is_named = true;
  if (format.shape == Shape::kList || format.shape == Shape::kNumbered) {
    format.quality = fields.label;
    return format;
  }
  const bool counts_from_zero = format.first.ends_with('0');
  const bool reads_one_field =
      format.label_rule == LabelRule::kZeroIsFirst || format.label_rule == LabelRule::kOneIsFirst ||
      format.label_rule == LabelRule::kStrength || format.label_rule == LabelRule::kOneToTwo;
  if (!reads_one_field) {
    format.label_rule = counts_from_zero ? LabelRule::kZeroIsFirst : LabelRule::kWords;
  }
  format.label = fields.label;
  return format;
}

}  // namespace gram::jobs
