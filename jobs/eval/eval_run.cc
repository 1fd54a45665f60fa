#include "jobs/eval/eval_run.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/base/status.h"
#include "jobs/eval/sampled_pairs.h"
#include "jobs/filter/verdict_file.h"
#include "jobs/formats/row_mapper.h"
#include "jobs/io/row_source.h"
#include "jobs/verdicts/fields.h"
#include "jobs/verdicts/schema.h"

namespace gram::jobs {
namespace {

NameSet NamesIn(const std::string& list) {
  NameSet names;
  for (const std::string_view name : SplitNames(list, ',')) {
    if (!name.empty()) names.emplace(name);
  }
  return names;
}

// The rows of a run, mapped as the run mapped them.
struct MappedRows {
  RowSource source;
  RowMapper mapper;
  bool sampled = false;

  Result<bool> Next(InputRow& row) {
    RawRow raw;
    GRAM_ASSIGN_OR_RETURN(const bool more, source.Next(raw));
    if (!more) return false;
    row = mapper.Map(std::move(raw));
    if (sampled) KeepSampledPairs(row);
    return true;
  }
};

std::string FormatsOf(const RowSource& source, const RowMapper& mapper) {
  std::set<std::string> formats;
  for (size_t file = 0; file < source.files().size(); ++file) {
    formats.emplace(mapper.FormatName(file));
  }
  std::string list;
  for (const std::string& format : formats) list += (list.empty() ? "" : ",") + format;
  return list;
}

Result<MappedRows> OpenRows(const std::vector<std::string>& inputs,
                            const std::vector<Setting>& settings) {
  MapperOptions options;
  GRAM_ASSIGN_OR_RETURN(options.fields, ParseFieldMap(SettingValue(settings, "map")));
  options.ignored = NamesIn(SettingValue(settings, "ignore"));
  options.turns = ValueCalled(kTurnsNames, SettingValue(settings, "turns")).value_or(Turns::kJoin);
  GRAM_ASSIGN_OR_RETURN(RowSource source, RowSource::Open(inputs));
  Result<RowMapper> mapper = RowMapper::Make(options, source);
  if (!mapper.ok()) return mapper.status();
  const bool sampled = SettingValue(settings, kPairsSetting) == kSampledPairs;
  // Another format than is recognised was asked for by name.
  const std::string format = SettingValue(settings, "format");
  const bool forced = !format.empty() && format != FormatsOf(source, *mapper);
  if (!forced || FindFormat(format) == nullptr) {
    return MappedRows{std::move(source), std::move(mapper).value(), sampled};
  }
  options.format = format;
  GRAM_ASSIGN_OR_RETURN(RowMapper as_told, RowMapper::Make(options, source));
  return MappedRows{std::move(source), std::move(as_told), sampled};
}

// Where the manifest says that the inputs are; nothing where one was a pipe.
std::vector<std::string> RecordedInputs(const Manifest& manifest) {
  std::vector<std::string> paths;
  for (const InputRecord& input : manifest.identity.inputs) {
    if (!input.content) return {};
    const std::filesystem::path path(input.path);
    const bool relative = path.is_relative() && !manifest.history.folder.empty();
    paths.push_back(relative ? (manifest.history.folder / path).lexically_normal().string()
                             : input.path);
  }
  return paths;
}

// The rows to join the verdicts with. Inputs that the caller names have to be the right ones; those
// of the manifest may be gone.
Result<std::optional<MappedRows>> FindRows(const EvalInput& input, const VerdictFile& verdicts,
                                           EvalRun& run) {
  const std::optional<Manifest>& manifest = verdicts.manifest();
  std::vector<std::string> inputs = input.inputs;
  if (inputs.empty() && manifest) inputs = RecordedInputs(*manifest);
  if (inputs.empty()) {
    run.without_texts = "nothing says which rows these verdicts are on";
    return std::optional<MappedRows>();
  }
  const std::vector<Setting> settings =
      manifest ? manifest->identity.settings : std::vector<Setting>();
  Result<MappedRows> rows = OpenRows(inputs, settings);
  Status problem = rows.status();
  if (rows.ok()) problem = verdicts.AreOn(rows->source.files()).status();
  if (problem.ok()) return std::optional<MappedRows>(std::move(rows).value());
  if (!input.inputs.empty()) return problem;
  run.without_texts = problem.message();
  return std::optional<MappedRows>();
}

// A field's value as people read it: a string's characters, of other values their JSON.
std::string ValueOf(const JsonLine& line, const std::string& name) {
  const JsonField* field = line.Find(name);
  if (field == nullptr || field->type == JsonType::kNull) return {};
  return field->type == JsonType::kString ? field->text : std::string(field->raw);
}

double Characters(const std::string& text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<double>(std::count_if(text.begin(), text.end(), begins));
}

// Numbers the questions in the order in which they come, in the memory of a hash each.
class Questions {
 public:
  size_t NumberOf(const std::string& question) {
    const size_t hash = std::hash<std::string>()(question);
    return numbers_.emplace(hash, numbers_.size()).first->second;
  }
  size_t Next() { return numbers_.size() + alone_++; }
  size_t count() const { return numbers_.size() + alone_; }

 private:
  std::unordered_map<size_t, size_t> numbers_;  // by hash
  size_t alone_ = 0;
};

// Joins a run's lines with its rows, one by one.
class Joiner {
 public:
  Joiner(const EvalInput& input, EvalRun& run) : input_(input), run_(run) {}

  // `row` is null where there are no rows.
  Status Add(const std::string& line, const InputRow* row) {
    const Result<LineRecord> record = reader_.ReadWhole(line);
    const std::string name = "line " + std::to_string(run_.rows.size() + 1) + " of " + run_.path;
    if (!record.ok()) return Annotate(record.status(), name);
    if (record->ranking) {
      return InvalidArgument(run_.path + " holds rankings; only verdicts of score are evaluated");
    }
    if (row != nullptr) GRAM_RETURN_IF_ERROR(CheckBelongs(*record, *row, name));
    EvalRow joined;
    joined.number = static_cast<int64_t>(run_.rows.size()) + 1;
    joined.id_json = record->id_json;
    joined.error_code = record->failed ? record->error_code : "";
    if (record->failed && joined.error_code.empty()) joined.error_code = "error";
    for (const LineVerdict& verdict : record->verdicts) joined.pairs.push_back({0, 1, verdict});
    row == nullptr ? AddKept(line, joined) : AddRow(*row, joined);
    run_.rows.push_back(std::move(joined));
    return {};
  }

  size_t clusters() const { return questions_.count(); }

 private:
  static Status CheckBelongs(const LineRecord& record, const InputRow& row,
                             const std::string& name) {
    std::string what;
    if (record.id_json != row.id_json) {
      what = "the line's id is " + record.id_json + ", the row's " + row.id_json;
    } else if (!record.failed && record.verdicts.size() != row.comparisons.size()) {
      what = "the line has " + std::to_string(record.verdicts.size()) + " comparisons, the row " +
             std::to_string(row.comparisons.size());
    }
    if (what.empty()) return {};
    return InvalidArgument(name + " and row " + std::to_string(row.number) +
                           " of the input do not belong together: " + what);
  }

  void AddRow(const InputRow& row, EvalRow& joined) {
    joined.file = row.file;
    joined.format = row.format;
    std::string text = row.raw;
    const JsonLine line = parser_.Parse(text);
    for (const std::string& name : input_.fields) joined.fields.push_back(ValueOf(line, name));
    if (!joined.pairs.empty()) joined.cluster = questions_.NumberOf(row.question);
    for (size_t i = 0; i < joined.pairs.size(); ++i) {
      EvalPair& pair = joined.pairs[i];
      pair.first = row.comparisons[i].first;
      pair.second = row.comparisons[i].second;
      pair.lengths = {Characters(row.responses[pair.first]),
                      Characters(row.responses[pair.second])};
    }
  }

  // Without rows, the fields are those that the run kept, and the line says which answers of a list
  // were compared.
  void AddKept(const std::string& line, EvalRow& joined) {
    std::string text = line;
    const JsonLine parsed = parser_.Parse(text);
    if (const JsonField* list = parsed.Find(fields::kComparisons)) AddAnswers(*list, joined);
    const JsonField* kept = parsed.Find(fields::kKept);
    const JsonLine members = kept == nullptr ? JsonLine() : parser_.Open(*kept);
    for (const std::string& name : input_.fields) joined.fields.push_back(ValueOf(members, name));
    if (!joined.pairs.empty()) joined.cluster = questions_.Next();
  }

  void AddAnswers(const JsonField& list, EvalRow& joined) {
    size_t next = 0;
    for (const JsonField& comparison : parser_.Open(list).fields) {
      if (next == joined.pairs.size()) break;
      const JsonLine members = parser_.Open(comparison);
      EvalPair& pair = joined.pairs[next++];
      // Lines count answers from 1.
      const int64_t first = ReadCount(members.Find(fields::kResponse1)).value_or(1);
      const int64_t second = ReadCount(members.Find(fields::kResponse2)).value_or(2);
      pair.first = static_cast<size_t>(std::max<int64_t>(first, 1)) - 1;
      pair.second = static_cast<size_t>(std::max<int64_t>(second, 1)) - 1;
    }
  }

  const EvalInput& input_;
  EvalRun& run_;
  LineReader reader_ = LineReader(Schema::kGramCpu);
  JsonLineParser parser_;
  Questions questions_;
};

Status Join(VerdictFile& verdicts, std::optional<MappedRows>& rows, Joiner& joiner) {
  std::string line;
  InputRow row;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, verdicts.Next(line));
    const Result<bool> more_rows = rows ? rows->Next(row) : Result<bool>(more);
    if (!more_rows.ok()) return more_rows.status();
    if (more != *more_rows) {
      return InvalidArgument("there are " + std::string(more ? "more" : "fewer") + " verdicts in " +
                             verdicts.file().path + " than rows in the input");
    }
    if (!more) break;
    GRAM_RETURN_IF_ERROR(joiner.Add(line, rows ? &row : nullptr));
  }
  return verdicts.torn() ? Corrupt(verdicts.file().path + " ends in the middle of a line")
                         : Status();
}

}  // namespace

Result<EvalRun> ReadEvalRun(const EvalInput& input) {
  GRAM_ASSIGN_OR_RETURN(VerdictFile verdicts, VerdictFile::Open(input.verdicts));
  EvalRun run;
  run.path = input.verdicts;
  run.manifest = verdicts.manifest();
  if (run.manifest && SchemaOf(run.manifest->identity) != Schema::kGramCpu) {
    return InvalidArgument("the verdicts in " + run.path + " are in schema " +
                           SettingValue(run.manifest->identity.settings, "schema") +
                           "; only those of --schema gram-cpu, the default, are evaluated");
  }
  GRAM_ASSIGN_OR_RETURN(std::optional<MappedRows> rows, FindRows(input, verdicts, run));
  if (rows) {
    for (const InputFile& file : rows->source.files()) run.files.push_back(file.path);
  }
  Joiner joiner(input, run);
  GRAM_RETURN_IF_ERROR(Join(verdicts, rows, joiner));
  run.clusters = joiner.clusters();
  return run;
}

Result<std::map<int64_t, RowTexts>> ReadTexts(const EvalRun& run,
                                              const std::vector<int64_t>& numbers) {
  std::map<int64_t, RowTexts> texts;
  if (run.files.empty() || numbers.empty()) return texts;
  const std::set<int64_t> wanted(numbers.begin(), numbers.end());
  const std::vector<Setting> settings =
      run.manifest ? run.manifest->identity.settings : std::vector<Setting>();
  GRAM_ASSIGN_OR_RETURN(MappedRows rows, OpenRows(run.files, settings));
  InputRow row;
  while (texts.size() < wanted.size()) {
    GRAM_ASSIGN_OR_RETURN(const bool more, rows.Next(row));
    if (!more) break;
    if (!wanted.contains(row.number) || row.error) continue;
    texts[row.number] = {std::move(row.question), std::move(row.responses)};
  }
  return texts;
}

}  // namespace gram::jobs
