#include "jobs/formats/recognise.h"

#include <algorithm>
#include <utility>

#include "engine/base/status.h"
#include "jobs/formats/map_row.h"
#include "jobs/io/foreign_input.h"

namespace gram::jobs {
namespace {

constexpr size_t kMostSampleRows = 100;
constexpr size_t kMostSampleBytes = size_t{8} << 20;
constexpr size_t kMostRowsLookedAt = 1000;  // of rows in memory, objects or not
constexpr size_t kMostOddRows = 4;          // of those that are no objects, for messages

constexpr size_t kMostFieldsShown = 30;
constexpr size_t kMostNameBytes = 60;

constexpr const char* kWhatToDo =
    "; say which is which with --map question=FIELD,response1=FIELD,response2=FIELD, or name the "
    "format with --format";

std::string NameOf(const std::string& path) { return path == "-" ? "standard input" : path; }

// "FILE row N", with the file's own count.
std::string PlaceOf(const std::string& path, const RawRow& row) {
  return NameOf(path) + " row " + std::to_string(row.file_row);
}

bool HasCanonicalNames(const JsonLine& line) {
  return FindPresent(line, "question") != nullptr && FindPresent(line, "response1") != nullptr &&
         FindPresent(line, "response2") != nullptr;
}

// The format of a row, by itself. Where question, response1 and response2 are all there it is the
// generic one; else the first that fits. Null, with the reason in `error`, where it is unknown or
// ambiguous.
const Format* Recognise(JsonLineParser& parser, const JsonLine& line, Layout layout,
                        std::optional<RowError>& error) {
  error.reset();
  if (HasCanonicalNames(line)) return &GenericFormat();
  for (const Format& format : Formats()) {
    if (Fits(parser, line, format, layout)) return &format;
  }
  PairFields fields;
  error = FindPairFields(line, fields);
  const bool named = !error || error->code == "wrong_type";  // null is a value for another row
  return named ? &GenericFormat() : nullptr;
}

// "its fields are id (a number), ...": for messages.
std::string DescribeFields(const JsonLine& line) {
  std::string text = "its fields are ";
  if (line.fields.empty()) return "it has no fields";
  for (size_t i = 0; i < line.fields.size(); ++i) {
    if (i > 0) text += ", ";
    if (i == kMostFieldsShown) return text + "...";
    text += line.fields[i].name.substr(0, kMostNameBytes);
    text += " (";
    text += JsonTypeName(line.fields[i].type);
    text += ")";
  }
  return text;
}

// The first rows of a file that are JSON objects, and the votes for what they are.
class Sample {
 public:
  Sample(const MapperOptions& options, JsonLineParser& parser)
      : options_(options), parser_(parser) {}

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
    DropIgnored(options_.ignored, line);
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
    if (!options_.format.empty() || options_.fields.NamesTexts()) {
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
    RowView view(parser_, line, options_.ignored);
    InputRow row;
    const bool strong = !MapRow(view, WithFields(*format, options_.fields), options_, row);
    ++(strong ? ballot.strong : ballot.weak);
    strong_ += strong ? 1 : 0;
  }

  const MapperOptions& options_;
  JsonLineParser& parser_;
  std::vector<RawRow> rows_;
  std::vector<OddRow> odd_;
  std::vector<Ballot> ballots_;
  std::optional<RowError> unknown_;  // of the first row that is in no format
  int strong_ = 0;
  size_t bytes_ = 0;
};

Status CheckUse(const Format& format, const std::string& what) {
  if (format.shape != Shape::kUseless) return {};
  return InvalidArgument(what + " is in the format " + std::string(format.title) + ": " +
                         std::string(format.note));
}

Status ChooseFormat(Sample& sample, JsonLineParser& parser, FileFormat& file) {
  const MapperOptions& options = *file.options;
  const std::string place = PlaceOf(file.path, sample.rows().front());
  if (!options.format.empty()) {
    file.format = WithFields(*FindFormat(options.format), options.fields);
  } else if (!options.fields.NamesTexts()) {
    const Format* format = sample.Winner();
    if (format == nullptr) {
      JsonLine line = parser.Parse(sample.rows().front().text);
      return InvalidArgument(place + " is in no known format: " + sample.unknown()->message + "; " +
                             DescribeFields(line) + kWhatToDo);
    }
    file.recognised = true;
    file.format = WithFields(*format, options.fields);
  }
  file.name = file.format.name;
  return CheckUse(file.format, place);
}

// Adds what became of a row's fields to what is known of the file's.
void AddFindings(RowView& view, const std::vector<FieldFinding>& findings, FileFormat& file) {
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

// What became of the rows of a sample that fit the format.
struct Trial {
  size_t fitting = 0;
  size_t mapped = 0;
  size_t lost = 0;
  const RawRow* first_lost = nullptr;
  std::optional<RowError> loss;
  const RawRow* first_faulty = nullptr;
  std::optional<RowError> fault;  // the first error beside that loss

  void Add(const RawRow& row, const std::optional<RowError>& error) {
    ++fitting;
    if (!error) {
      ++mapped;
    } else if (error->code == "unused_field" && lost++ == 0) {
      first_lost = &row;
      loss = error;
    } else if (!fault) {
      first_faulty = &row;
      fault = error;
    }
  }
};

// A field that most rows lack, have twice or would lose is a matter of the file, not of a row.
Status TryRows(Sample& sample, JsonLineParser& parser, FileFormat& file) {
  Trial trial;
  for (RawRow& raw : sample.rows()) {
    JsonLine line = parser.Parse(raw.text);
    DropIgnored(file.options->ignored, line);
    if (FitError(parser, line, file)) continue;
    RowView view(parser, line, file.options->ignored);
    InputRow row;
    const auto error = MapRow(view, file.format, *file.options, row);
    AddFindings(view, FindFates(view, file.format, row), file);
    if (!error && !file.head) file.head = raw;
    trial.Add(raw, error);
  }
  if (!file.head) file.head = sample.rows().front();
  if (trial.loss && trial.lost * 2 >= trial.fitting) {
    return InvalidArgument(PlaceOf(file.path, *trial.first_lost) + ": " + trial.loss->message);
  }
  const bool of_the_file =
      trial.mapped == 0 && file.options->format.empty() && trial.fault &&
      (trial.fault->code == "missing_field" || trial.fault->code == "ambiguous_fields");
  if (!of_the_file) return {};
  RawRow copy = *trial.first_faulty;
  return InvalidArgument(PlaceOf(file.path, copy) + ": " + trial.fault->message + "; " +
                         DescribeFields(parser.Parse(copy.text)) + kWhatToDo);
}

Status CheckNoObjects(const FileFormat& file, const Sample& sample, bool ended) {
  const std::string foreign = DescribeForeignRows(sample.odd());
  if (!foreign.empty()) return InvalidArgument(NameOf(file.path) + " " + foreign);
  if (ended) return {};
  return InvalidArgument(NameOf(file.path) + " has no JSON object in its first rows; the first: " +
                         sample.odd().front().error.message);
}

// What is known of rows before they are looked at. Errors: kInvalidArgument (an unknown format).
Result<FileFormat> Unseen(std::shared_ptr<const MapperOptions> options, const std::string& path) {
  if (!options->format.empty() && FindFormat(options->format) == nullptr) {
    return InvalidArgument("there is no format " + options->format);
  }
  FileFormat file;
  file.options = std::move(options);
  file.path = path;
  file.format = WithFields(GenericFormat(), file.options->fields);
  return file;
}

// The format of the rows of `sample`; `ended`: there are no others.
Result<FileFormat> FormatOf(Sample& sample, JsonLineParser& parser, bool ended, FileFormat file) {
  if (!sample.rows().empty()) {
    GRAM_RETURN_IF_ERROR(ChooseFormat(sample, parser, file));
    GRAM_RETURN_IF_ERROR(TryRows(sample, parser, file));
  } else if (!sample.odd().empty()) {
    GRAM_RETURN_IF_ERROR(CheckNoObjects(file, sample, ended));
  }
  return file;
}

}  // namespace

std::optional<RowError> FitError(JsonLineParser& parser, const JsonLine& line,
                                 const FileFormat& file) {
  if (!file.recognised) return std::nullopt;
  if (file.format.name != GenericFormat().name) return Misfit(parser, line, file.format);
  std::optional<RowError> unknown;
  const Format* own = Recognise(parser, line, file.layout, unknown);
  const bool read_alike = own == nullptr || (own->shape == Shape::kPair && own->addition.empty() &&
                                             !own->transcript_question && !own->transcript_answers);
  if (read_alike) return std::nullopt;
  return RowError{"other_format", "the row is in the format " + std::string(own->name) +
                                      ", but most rows of its file are not"};
}

Result<FileFormat> NamedFormat(const MapperOptions& options) {
  GRAM_ASSIGN_OR_RETURN(FileFormat file,
                        Unseen(std::make_shared<MapperOptions>(options), "the input"));
  if (!options.format.empty()) {
    file.format = WithFields(*FindFormat(options.format), file.options->fields);
  }
  GRAM_RETURN_IF_ERROR(CheckUse(file.format, file.path));
  file.name = file.format.name;
  return file;
}

Result<FileFormat> RecogniseRows(std::span<const std::string> rows, const MapperOptions& options,
                                 const std::string& path, Layout layout) {
  GRAM_ASSIGN_OR_RETURN(FileFormat file, Unseen(std::make_shared<MapperOptions>(options), path));
  file.layout = layout;
  JsonLineParser parser;
  Sample sample(*file.options, parser);
  const size_t most = std::min(rows.size(), kMostRowsLookedAt);
  bool enough = false;
  RawRow row;
  for (size_t i = 0; i < most && !enough; ++i) {
    row.text = rows[i];
    row.number = row.file_row = static_cast<int64_t>(i) + 1;
    enough = sample.Take(row, layout, true);
  }
  return FormatOf(sample, parser, most == rows.size() && !enough, std::move(file));
}

Result<FileFormat> RecogniseFile(RowSource& source, size_t index,
                                 std::shared_ptr<const MapperOptions> options) {
  const InputFile& input = source.files()[index];
  GRAM_ASSIGN_OR_RETURN(FileFormat file, Unseen(std::move(options), input.path));
  JsonLineParser parser;
  Sample sample(*file.options, parser);
  GRAM_ASSIGN_OR_RETURN(const RowSource::Head head,
                        source.Find(index, [&](const RawRow& row, Layout layout) {
                          return sample.Take(row, layout, input.regular());
                        }));
  file.layout = head.layout;
  return FormatOf(sample, parser, head.ended, std::move(file));
}

}  // namespace gram::jobs
