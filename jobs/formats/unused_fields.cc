#include "jobs/formats/unused_fields.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "jobs/formats/conversation.h"

namespace gram::jobs {
namespace {

constexpr size_t kProseBytes = 20;
constexpr std::ptrdiff_t kProseSpaces = 3;

// Keys of messages and their parts whose values are no texts of anybody's.
bool NamesAKind(std::string_view key) { return key == "role" || key == "from" || key == "type"; }

// All texts in `field` that are not blank, however deep.
void GatherTexts(JsonLineParser& parser, const JsonField& field, std::vector<std::string>& texts) {
  if (field.type == JsonType::kString) {
    if (const auto text = Trimmed(field.text); !text.empty()) texts.emplace_back(text);
    return;
  }
  if (field.type != JsonType::kArray && field.type != JsonType::kObject) return;
  for (const JsonField& inside : parser.Open(field).fields) {
    if (field.type == JsonType::kObject && NamesAKind(inside.name)) continue;
    GatherTexts(parser, inside, texts);
  }
}

// A text of some length in words: more than a name, a date or a class.
bool IsProse(const JsonField& field) {
  return field.type == JsonType::kString && field.text.size() > kProseBytes &&
         std::count(field.text.begin(), field.text.end(), ' ') >= kProseSpaces;
}

bool IsText(FieldRole role) {
  return role != FieldRole::kUnknown && role != FieldRole::kMetadata && role != FieldRole::kLabel;
}

// Tells the fates of the fields of one row.
class FateFinder {
 public:
  FateFinder(RowView& view, const Format& format, const InputRow& row)
      : view_(view), format_(format) {
    for (const RowView::Use& use : view.uses()) AddUsed(use.field);
    for (const std::string& name : row.names) AddUsed(name);
  }

  std::vector<FieldFinding> Find() {
    std::vector<FieldFinding> findings;
    for (const JsonField& field : view_.line().fields) {
      findings.push_back(FindingOf(field, field.name));
      if (used_.contains(field.name)) AddInside(field, findings);
    }
    return findings;
  }

 private:
  // `names` may be a path, or several names: "a|b".
  void AddUsed(std::string_view names) {
    for (const std::string_view name : SplitNames(names, '|')) {
      used_.emplace(name);
      const size_t dot = name.find('.');
      if (dot != std::string_view::npos && view_.line().fields.size() < kMostFieldsWithPaths &&
          view_.line().Find(name) == nullptr) {
        used_.emplace(name.substr(0, dot));
      }
    }
  }

  // An object that is used in part has other fields.
  void AddInside(const JsonField& field, std::vector<FieldFinding>& findings) {
    if (field.type != JsonType::kObject || !IsPartlyUsed(field.name)) return;
    for (const JsonField& inside : view_.parser().Open(field).fields) {
      const std::string path = field.name + "." + inside.name;
      if (!view_.ignored().contains(path)) findings.push_back(FindingOf(inside, path));
    }
  }

  bool IsPartlyUsed(const std::string& name) const {
    return std::any_of(view_.uses().begin(), view_.uses().end(), [&](const RowView::Use& use) {
      return use.field.size() > name.size() && use.field.starts_with(name) &&
             use.field[name.size()] == '.';
    });
  }

  FieldFinding FindingOf(const JsonField& field, const std::string& path) {
    if (used_.contains(path)) return {path, FieldRole::kUnknown, FieldFate::kUsed};
    const FieldRole role = RoleOf(field.name);
    if (HasName(format_.spare, path) || IsChosenAgainst(role))
      return {path, role, FieldFate::kKnown};
    if (role == FieldRole::kMetadata) return {path, role, FieldFate::kMetadata};
    if (role == FieldRole::kLabel) return {path, role, FieldFate::kLabel};
    return {path, role, FateOfText(field, role)};
  }

  // Whoever says which field is the question says of others that they are not.
  bool IsChosenAgainst(FieldRole role) const {
    if (role == FieldRole::kQuestion) return format_.question_is_named;
    return format_.answers_are_named &&
           (role == FieldRole::kAnswer || role == FieldRole::kPreference);
  }

  FieldFate FateOfText(const JsonField& field, FieldRole role) {
    if (!IsText(role) && !MayBeText(field)) return FieldFate::kUnknown;
    std::vector<std::string> texts;
    GatherTexts(view_.parser(), field, texts);
    if (texts.empty()) return FieldFate::kSaysNothing;
    // Of chosen and rejected, the names say something, too.
    if (role == FieldRole::kPreference || !AreUsed(texts)) return FieldFate::kLost;
    return FieldFate::kRepeated;
  }

  // Whether a field of a name that says nothing may hold a part of what is to be judged. Where
  // the question is only what the answers' texts share, every text may be it.
  bool MayBeText(const JsonField& field) {
    if (format_.shape == Shape::kSharedBeginning) return field.type == JsonType::kString;
    return IsProse(field) || HoldsMessages(view_.parser(), field);
  }

  // The texts of a used field; of an object that is used in part, of that part.
  void GatherUsed(const JsonField& field) {
    if (field.type != JsonType::kObject || !IsPartlyUsed(field.name)) {
      return GatherTexts(view_.parser(), field, used_texts_);
    }
    for (const JsonField& inside : view_.parser().Open(field).fields) {
      if (used_.contains(field.name + "." + inside.name)) {
        GatherTexts(view_.parser(), inside, used_texts_);
      }
    }
  }

  bool AreUsed(const std::vector<std::string>& texts) {
    if (used_texts_.empty()) {
      for (const JsonField& field : view_.line().fields) {
        if (used_.contains(field.name)) GatherUsed(field);
      }
    }
    return std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
      return std::any_of(used_texts_.begin(), used_texts_.end(), [&](const std::string& used) {
        return used.find(text) != std::string::npos;
      });
    });
  }

  // Rows of more fields are lists of numbered answers, whose names are no paths.
  static constexpr size_t kMostFieldsWithPaths = 1000;

  RowView& view_;
  const Format& format_;
  std::unordered_set<std::string> used_;
  std::vector<std::string> used_texts_;
};

// What can be done about it.
std::string WaysOut(const FieldFinding& field, const RowView& view, const Format& format) {
  const std::string part(MapPartOf(field.role));
  const auto question =
      std::find_if(view.uses().begin(), view.uses().end(),
                   [](const RowView::Use& use) { return use.part == "question"; });
  std::string text;
  if (part == "response1") {
    text = "name the two answers with --map response1=FIELD,response2=FIELD, or ";
  } else if (part == "question" && question != view.uses().end()) {
    text = "use both with --map question=" + field.name + "+" + question->field + ", or ";
  } else if (part == "question" ? format.shape == Shape::kSharedBeginning : !part.empty()) {
    text = "use it with --map " + part + "=" + field.name + ", or ";
  }
  return text + "leave it out with --ignore " + field.name;
}

}  // namespace

std::vector<FieldFinding> FindFates(RowView& view, const Format& format, const InputRow& row) {
  return FateFinder(view, format, row).Find();
}

std::optional<RowError> LostFields(RowView& view, const Format& format, const InputRow& row) {
  std::vector<FieldFinding> lost = FindFates(view, format, row);
  std::erase_if(lost, [](const FieldFinding& field) { return field.fate != FieldFate::kLost; });
  if (lost.empty()) return std::nullopt;
  std::stable_partition(lost.begin(), lost.end(), [](const FieldFinding& field) {
    return field.role == FieldRole::kQuestion;
  });
  std::string message = lost.size() == 1 ? "field " : "fields ";
  for (const FieldFinding& field : lost) {
    if (&field != &lost.front()) message += ", ";
    message.append(Quoted(field.name)).append(" (").append(RoleName(field.role)).append(")");
  }
  message += lost.size() == 1 ? " is not used; " : " are not used; of the first, ";
  return RowError{"unused_field", message + WaysOut(lost.front(), view, format)};
}

}  // namespace gram::jobs
