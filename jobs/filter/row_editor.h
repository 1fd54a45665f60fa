// Changes to a row that a verdict asks for: its answers exchanged, its label set.
#ifndef GRAM_JOBS_FILTER_ROW_EDITOR_H_
#define GRAM_JOBS_FILTER_ROW_EDITOR_H_

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/formats/row_mapper.h"
#include "jobs/io/raw_object.h"

namespace gram::jobs {

/// Two words for the first answer and the second.
using WordPair = std::array<std::string, 2>;

/// Edits the text of rows that are pairs. What it gives has been read back through the mapper and
/// says what it should; where that cannot be had, it gives nothing. Not thread-safe.
class RowEditor {
 public:
  /// `label_field` is the field that the user says holds the label; empty: found by its name.
  /// `mapper` has to outlive the editor.
  RowEditor(RowMapper& mapper, std::string label_field)
      : mapper_(mapper), label_field_(std::move(label_field)) {}

  /// The row's text with the values of the two answers' fields exchanged and no other byte changed.
  std::optional<std::string> Swapped(const InputRow& row);

  /// The row's text with `winner` for its label, in the vocabulary and JSON type that the row's
  /// label is in: "A>B" becomes "B>A", 1.0 becomes 0.0, both_bad the model_a that fields of that
  /// name suggest. A row without a label gets "label":"A" or "B".
  std::optional<std::string> Relabelled(const InputRow& row, Label winner);

 private:
  struct OwnLabel {
    std::string_view field;  // as in Format
    LabelRule rule = LabelRule::kNone;
  };

  OwnLabel LabelOf(const InputRow& row) const;
  InputRow ReadBack(const InputRow& row, const std::string& text);
  bool ReadsAs(const InputRow& row, const std::string& text, Label winner);
  std::optional<std::string> WithOneHot(const InputRow& row, const std::vector<RawMember>& members,
                                        std::string_view names, Label winner);
  std::optional<std::string> WithLabelIn(const InputRow& row, const RawMember& field,
                                         std::span<const WordPair> names, Label winner);

  RowMapper& mapper_;
  std::string label_field_;
};

}  // namespace gram::jobs

#endif  // GRAM_JOBS_FILTER_ROW_EDITOR_H_
