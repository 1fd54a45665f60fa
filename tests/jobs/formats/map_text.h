// Maps rows from a text, through a file, as a user's would be.
#ifndef GRAM_TESTS_JOBS_FORMATS_MAP_TEXT_H_
#define GRAM_TESTS_JOBS_FORMATS_MAP_TEXT_H_

#include <string>
#include <vector>

#include "engine/base/status.h"
#include "jobs/formats/row_mapper.h"
#include "tests/testing/temp_dir.h"

namespace gram::jobs {

struct MappedText {
  std::string format;
  std::string explanation;
  std::vector<InputRow> rows;
};

/// All rows of `text`, or why its format is not known.
inline Result<MappedText> MapText(const std::string& text, const MapperOptions& options = {}) {
  const testing::TempDir folder;
  testing::WriteBytes(folder / "in", text);
  GRAM_ASSIGN_OR_RETURN(RowSource source, RowSource::Open({folder / "in"}));
  GRAM_ASSIGN_OR_RETURN(RowMapper mapper, RowMapper::Make(options, source));
  MappedText mapped;
  mapped.format = mapper.FormatName(0);
  mapped.explanation = mapper.Explain();
  RawRow row;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, source.Next(row));
    if (!more) return mapped;
    mapped.rows.push_back(mapper.Map(std::move(row)));
  }
}

/// The options of --turns last, of --map TEXT.
inline MapperOptions LastTurn() {
  MapperOptions options;
  options.turns = Turns::kLast;
  return options;
}
inline MapperOptions WithMap(const std::string& text) {
  MapperOptions options;
  options.fields = ParseFieldMap(text).value();
  return options;
}

/// "question|response 1|response 2...", or "error: CODE".
inline std::string Texts(const InputRow& row) {
  if (row.error) return "error: " + row.error->code;
  std::string text = row.question;
  for (const std::string& response : row.responses) text += "|" + response;
  return text;
}

/// The labels of the comparisons, a character each: 1, 2, = for a tie, - for none.
inline std::string Labels(const InputRow& row) {
  std::string text;
  for (const Comparison& comparison : row.comparisons) {
    switch (comparison.label) {
      case Label::kNone:
        text += '-';
        break;
      case Label::kResponse1:
        text += '1';
        break;
      case Label::kResponse2:
        text += '2';
        break;
      case Label::kTie:
        text += '=';
        break;
    }
  }
  return text;
}

}  // namespace gram::jobs

#endif  // GRAM_TESTS_JOBS_FORMATS_MAP_TEXT_H_
