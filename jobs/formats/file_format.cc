#include "jobs/formats/file_format.h"

#include <algorithm>
#include <utility>

#include "engine/base/status.h"
#include "jobs/formats/recognise.h"
#include "jobs/io/foreign_input.h"

namespace gram::jobs {
namespace {

constexpr size_t kMostSampleRows = 100;
constexpr size_t kMostSampleBytes = size_t{8} << 20;
constexpr size_t kMostOddRows = 4;  // of those that are no objects, for messages

constexpr const char* kWhatToDo =
    "; say which is which with --map question=FIELD,response1=FIELD,response2=FIELD, or name the "
    "format with --format";

std::string NameOf(const std::string& path) { return path == "-" ? "standard input" : path; }

// The first rows of a file that are JSON objects, and the votes for what they are.
class Sample {
 public:
  Sample(const FileRules& rules, JsonLineParser& parser) : rules_(rules), parser_(parser) {}

  // Takes in a row; whether no more are needed. `again`: the file can be read again.
  bool Take(const RawRow& row, Layout layout, bool again) {
    RawRow copy = row;
    JsonLine line = parser_.Parse(copy.text);
    const auto error = row.error ? row.error : line.error;
    // A double field spoils its row, and not what is known of the file.
    if (error) {
      if (odd_.size() < kMostOddRows) odd_.push_back({copy.text, *error});
      return false;
    }
    bytes_ += copy.text.size();
    DropIgnored(rules_.ignored, line);
    Vote(line, layout);
    rows_.push_back(std::move(copy));
    const bool enough = rows_.size() >= kMostSampleRows || bytes_ >= kMostSampleBytes;
    return strong_ > 0 && (!again || enough);
  }

  // The format with the most votes that count; null where none has any.
  const Format* Winner() const {
    const Ballot* best = nullptr;
    for (const Ballot& ballot : ballots_) {
      if (best == nullptr ||
          std::pair(ballot.strong, ballot.weak) > std::pair(best->strong, best->weak)) {
        best = &ballot;
      }
    }
    return best == nullptr ? nullptr : best->format;
  }

  std::vector<RawRow>& rows() { return rows_; }
  const std::vector<OddRow>& odd() const { return odd_; }
  const std::optional<RowError>& unknown() const { return unknown_; }

 private:
  struct Ballot {
    const Format* format;
    int strong = 0;
    int weak = 0;
  };

  void Vote(const JsonLine& line, Layout layout) {
    if (!rules_.format.empty() || rules_.fields.NamesTexts()) {
      ++strong_;
      return;
    }
    std::optional<RowError> error;
    const Format* format = Recognise(parser_, line, layout, error);
    if (format == nullptr) {
      if (!unknown_) unknown_ = error;
      return;
    }
    const auto found = std::find_if(ballots_.begin(), ballots_.end(),
                                    [&](const Ballot& ballot) { return ballot.format == format; });
    Ballot& ballot = found == ballots_.end() ? ballots_.emplace_back(Ballot{format}) : *found;
    RowView view(parser_, line, rules_.ignored);
    InputRow row;
    const bool strong = !MapRow(view, WithFields(*format, rules_.fields), rules_.rows, row);
    ++(strong ? ballot.strong : ballot.weak);
    strong_ += strong ? 1 : 0;
  }

  const FileRules& rules_;
  JsonLineParser& parser_;
  std::vector<RawRow> rows_;
  std::vector<OddRow> odd_;
  std::vector<Ballot> ballots_;
  std::optional<RowError> unknown_;  // of the first row that is in no format
  int strong_ = 0;
  size_t bytes_ = 0;
};

Status CheckUse(const MappedFile& file, const std::string& place) {
  if (file.format.shape != Shape::kUseless) return {};
  return InvalidArgument(place + " is in the format " + std::string(file.format.title) + ": " +
                         std::string(file.format.note));
}

Status ChooseFormat(const FileRules& rules, Sample& sample, JsonLineParser& parser,
                    MappedFile& file) {
  const std::string place = PlaceOf(file.path, sample.rows().front());
  if (!rules.format.empty()) {
    file.format = WithFields(*FindFormat(rules.format), rules.fields);
  } else if (!rules.fields.NamesTexts()) {
    const Format* format = sample.Winner();
    if (format == nullptr) {
      JsonLine line = parser.Parse(sample.rows().front().text);
      return InvalidArgument(place + " is in no known format: " + sample.unknown()->message + "; " +
                             DescribeFields(line) + kWhatToDo);
    }
    file.recognised = true;
    file.format = WithFields(*format, rules.fields);
  }
  return CheckUse(file, place);
}

// Adds what became of a row's fields to what is known of the file's.
void AddFindings(RowView& view, const std::vector<FieldFinding>& findings, MappedFile& file) {
  for (const RowView::Use& use : view.uses()) {
    const bool known = std::any_of(
        file.uses.begin(), file.uses.end(),
        [&](const RowView::Use& each) { return each.part == use.part && each.field == use.field; });
    if (!known) file.uses.push_back(use);
  }
  if (findings.size() > kMostSampleRows * 10) return;  // numbered answers: every name is used
  for (const FieldFinding& finding : findings) {
    const auto found =
        std::find_if(file.fields.begin(), file.fields.end(),
                     [&](const FieldFinding& each) { return each.name == finding.name; });
    if (found == file.fields.end()) {
      file.fields.push_back(finding);
    } else if (found->fate != FieldFate::kUsed) {
      found->fate =
          finding.fate == FieldFate::kUsed ? finding.fate : std::max(found->fate, finding.fate);
    }
  }
}

// A field that most rows lack, have twice or would lose is a matter of the file, not of a row.
Status TryRows(const FileRules& rules, Sample& sample, JsonLineParser& parser, MappedFile& file) {
  size_t mapped = 0;
  size_t lost = 0;
  size_t fitting = 0;
  const RawRow* first_faulty = nullptr;
  const RawRow* first_lost = nullptr;
  std::optional<RowError> fault;
  std::optional<RowError> loss;
  for (RawRow& raw : sample.rows()) {
    JsonLine line = parser.Parse(raw.text);
    DropIgnored(rules.ignored, line);
    if (FitError(parser, line, file)) continue;
    ++fitting;
    RowView view(parser, line, rules.ignored);
    InputRow row;
    const auto error = MapRow(view, file.format, rules.rows, row);
    AddFindings(view, FindFates(view, file.format, row), file);
    const bool is_lost = error && error->code == "unused_field";
    if (!error && mapped++ == 0) file.head = raw;
    if (is_lost && lost++ == 0) {
      first_lost = &raw;
      loss = error;
    } else if (error && !fault) {
      first_faulty = &raw;
      fault = error;
    }
  }
  if (!file.head) file.head = sample.rows().front();
  if (lost * 2 >= fitting && loss) {
    return InvalidArgument(PlaceOf(file.path, *first_lost) + ": " + loss->message);
  }
  const bool of_the_file = mapped == 0 && rules.format.empty() && fault &&
                           (fault->code == "missing_field" || fault->code == "ambiguous_fields");
  if (!of_the_file) return {};
  RawRow copy = *first_faulty;
  return InvalidArgument(PlaceOf(file.path, *first_faulty) + ": " + fault->message + "; " +
                         DescribeFields(parser.Parse(copy.text)) + kWhatToDo);
}

Status CheckNoObjects(const MappedFile& file, const Sample& sample, bool ended) {
  const std::string foreign = DescribeForeignRows(sample.odd());
  if (!foreign.empty()) return InvalidArgument(NameOf(file.path) + " " + foreign);
  if (ended) return {};
  return InvalidArgument(NameOf(file.path) + " has no JSON object in its first rows; the first: " +
                         sample.odd().front().error.message);
}

}  // namespace

std::optional<RowError> FitError(JsonLineParser& parser, const JsonLine& line,
                                 const MappedFile& file) {
  if (!file.recognised) return std::nullopt;
  if (file.format.name != GenericFormat().name) return Misfit(parser, line, file.format);
  std::optional<RowError> unknown;
  const Format* own = Recognise(parser, line, file.layout, unknown);
  const bool read_alike = own == nullptr || (own->shape == Shape::kPair && own->addition.empty() &&
                                             !own->transcript_question && !own->transcript_answers);
  if (read_alike) return std::nullopt;
  return RowError{"other_format",
                  "the row is " + std::string(own->name) + ", but most rows of its file are not"};
}

std::string PlaceOf(const std::string& path, const RawRow& row) {
  return NameOf(path) + " row " + std::to_string(row.file_row);
}

Result<MappedFile> ReadFileFormat(RowSource& source, size_t index, const FileRules& rules,
                                  JsonLineParser& parser) {
  MappedFile file;
  file.path = source.files()[index].path;
  file.format = WithFields(GenericFormat(), rules.fields);
  Sample sample(rules, parser);
  const bool again = source.files()[index].regular();
  GRAM_ASSIGN_OR_RETURN(const RowSource::Head head,
                        source.Find(index, [&](const RawRow& row, Layout layout) {
                          return sample.Take(row, layout, again);
                        }));
  file.layout = head.layout;
  if (sample.rows().empty()) {
    if (!sample.odd().empty()) {
      GRAM_RETURN_IF_ERROR(CheckNoObjects(file, sample, head.ended));
    }
    return file;
  }
  GRAM_RETURN_IF_ERROR(ChooseFormat(rules, sample, parser, file));
  GRAM_RETURN_IF_ERROR(TryRows(rules, sample, parser, file));
  return file;
}

}  // namespace gram::jobs
