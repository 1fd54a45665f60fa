#include "jobs/filter/filter_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/base/status.h"
#include "gram/version.h"
#include "jobs/io/files.h"
#include "jobs/io/raw_object.h"
#include "jobs/run/command_line.h"
#include "jobs/run/manifest.h"
#include "jobs/verdicts/rank_line.h"
#include "jobs/verdicts/value_text.h"

namespace gram::jobs {
namespace {

// Lines of rank do not tell everything that lines of score do.
Status CheckCanDecide(const FilterRules& rules, const LineRecord& record) {
  if (!record.ranking) return {};
  if (rules.relabel || rules.swap_if_better) {
    return InvalidArgument(
        "--relabel and --swap-if-better are for pairs, and rank judges lists: rank --pairs makes "
        "pairs of them");
  }
  if (rules.decided_above) {
    return InvalidArgument(
        "--max-error is for verdicts on pairs: a calibration says nothing of rankings");
  }
  if (rules.max_order_gap && !record.ranking->order_gap) {
    return InvalidArgument("--max-order-gap needs each comparison: rank with --matches");
  }
  if (rules.drop_flagged || rules.drop_truncated) {
    return InvalidArgument(
        "the lines of rank do not say which answers were flagged or shortened: leave out "
        "--drop-flagged and --drop-truncated");
  }
  return {};
}

// The verdict as a member of the row: score's line, told first what came of it.
std::string Attachment(const std::string& member, std::string_view decision,
                       std::string_view reason, std::string_view verdict_line) {
  std::string text = JsonString(member) + ":{\"decision\":\"";
  text.append(decision).append("\"");
  if (!reason.empty()) text.append(",\"reason\":\"").append(reason).append("\"");
  const size_t brace = verdict_line.find('{');
  return text.append(",").append(verdict_line.substr(brace + 1));
}

// A row that is no JSON object, as a string in one; what is not UTF-8 cannot be put so, and is left
// where the row's number says.
std::string Wrapped(const InputRow& row) {
  const bool text = !row.raw.empty() && row.error && row.error->code != "invalid_utf8";
  return text ? "{\"line\":" + JsonString(row.raw) + "}" : "{}";
}

bool Flipped(const LineRecord& record) {
  return (record.ranking && !record.ranking->orders_agree) ||
         std::any_of(record.verdicts.begin(), record.verdicts.end(),
                     [](const LineVerdict& verdict) { return verdict.orders_agree == false; });
}

std::string_view DecisionName(Action action) {
  switch (action) {
    case Action::kKeep:
      return "kept";
    case Action::kSwap:
      return "swapped";
    case Action::kRelabel:
      return "relabelled";
    case Action::kDrop:
      break;
  }
  return "dropped";
}

// What the manifest tells.

using Json = nlohmann::ordered_json;

Json RulesJson(const FilterRecord& record) {
  const FilterRules& rules = record.rules;
  Json json = {{"min_margin", nullptr}, {"max_order_gap", nullptr}};
  if (rules.min_margin) json["min_margin"] = *rules.min_margin;
  if (rules.max_order_gap) json["max_order_gap"] = *rules.max_order_gap;
  // An infinite one is null, as every number that JSON lacks.
  if (rules.decided_above) json["decided_above"] = *rules.decided_above;
  json["keep_agree"] = rules.keep_agree;
  json["drop_flagged"] = rules.drop_flagged;
  json["drop_truncated"] = rules.drop_truncated;
  json["swap_if_better"] = rules.swap_if_better;
  json["relabel"] = rules.relabel;
  json["attach"] = record.attach;
  return json;
}

Result<Json> FileJson(const InputFile& file) {
  Json json = {{"path", file.path}, {"bytes", nullptr}, {"xxh3", nullptr}};
  if (file.regular()) {
    GRAM_ASSIGN_OR_RETURN(const FileIdentity content, IdentifyFile(file.path));
    json["bytes"] = content.bytes;
    json["xxh3"] = HexText(content.checksum);
  }
  return json;
}

Result<Json> FilesJson(const std::vector<InputFile>& files) {
  Json list = Json::array();
  for (const InputFile& file : files) {
    GRAM_ASSIGN_OR_RETURN(Json json, FileJson(file));
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

std::string_view RowIds::WhyNot(const InputRow& row) {
  if (row.error) return {};
  if (!row.has_id) return "no id of its own";
  const size_t id = std::hash<std::string_view>()(row.id_json);
  return seen_.insert(id).second ? std::string_view() : "the id of a row before it";
}

int64_t FilterCount::dropped_rows() const {
  return std::accumulate(dropped.begin(), dropped.end(), int64_t{0},
                         [](int64_t sum, const auto& entry) { return sum + entry.second; });
}

std::string FilterRun::NameOf(const InputRow& row) const {
  return files_[row.file].path + " row " + std::to_string(row.file_row) + " (id " + row.id_json +
         ")";
}

Status FilterRun::Mismatch(const InputRow& row, const std::string& what) const {
  return InvalidArgument(
      NameOf(row) + " and line " + std::to_string(row.number) + " of " + join_.verdicts +
      " do not belong together: " + what +
      "; give filter the input, --map, --format, --ignore and --turns that score had");
}

// Whether the comparisons or the ranking of `record` are those of `row`.
Status FilterRun::CheckAnswers(const InputRow& row, const LineRecord& record) const {
  if (record.ranking) {
    if (record.ranking->responses == row.responses.size()) return {};
    return Mismatch(row, "answers: " + std::to_string(record.ranking->responses) + " and " +
                             std::to_string(row.responses.size()));
  }
  if (record.verdicts.size() != row.comparisons.size()) {
    return Mismatch(row, "comparisons: " + std::to_string(record.verdicts.size()) + " and " +
                             std::to_string(row.comparisons.size()));
  }
  for (size_t i = 0; i < record.verdicts.size(); ++i) {
    if (record.verdicts[i].label != row.comparisons[i].label) {
      return Mismatch(row, "their labels differ");
    }
  }
  return {};
}

// Whether `record` is the verdict on `row`, as far as can be told.
Status FilterRun::CheckBelongs(const InputRow& row, const LineRecord& record) {
  if (const auto problem = join_.only_by_id ? ids_.WhyNot(row) : std::string_view();
      !problem.empty()) {
    return InvalidArgument(
        NameOf(row) + " has " + std::string(problem) + ", and nothing beside " + join_.verdicts +
        " says which input it belongs to, so its verdict could be another row's; "
        "keep FILE.run.json with FILE, or give --trust-order");
  }
  if (record.id_json != row.id_json) return Mismatch(row, "its id is " + record.id_json);
  if (record.row && *record.row != row.number) {
    return Mismatch(row, "it belongs to row " + std::to_string(*record.row));
  }
  if (record.failed) return {};
  if (row.error) return Mismatch(row, "the row cannot be judged (" + row.error->message + ")");
  return CheckAnswers(row, record);
}

Status FilterRun::Write(const InputRow& row, const std::string& text, const Decision& decision,
                        std::string_view verdict_line, const FilterStreams& streams) {
  const auto members = RawMembers(text);
  if (members.ok() && !join_.member.empty() && FindMember(*members, join_.member) != nullptr) {
    return InvalidArgument(NameOf(row) + " has a field " + JsonString(join_.member) +
                           " already; --attach NAME gives the verdict another name");
  }
  const std::string attachment =
      join_.member.empty()
          ? ""
          : Attachment(join_.member, DecisionName(decision.action), decision.reason, verdict_line);
  const std::string line =
      WithMembers(members.ok() ? OnOneLine(text) : Wrapped(row), attachment) + "\n";
  if (decision.action == Action::kDrop) {
    ++count_.dropped[std::string(decision.reason)];
    return streams.drop(line);
  }
  ++count_.kept;
  count_.swapped += decision.action == Action::kSwap ? 1 : 0;
  count_.relabelled += decision.action == Action::kRelabel ? 1 : 0;
  return streams.keep(line);
}

Status FilterRun::Filter(const InputRow& row, std::string& verdict_line,
                         const FilterStreams& streams) {
  Result<LineRecord> record = reader_.ReadWhole(verdict_line);
  if (!record.ok()) {
    return Annotate(record.status(),
                    "line " + std::to_string(row.number) + " of " + join_.verdicts);
  }
  GRAM_RETURN_IF_ERROR(CheckBelongs(row, *record));
  GRAM_RETURN_IF_ERROR(CheckCanDecide(rules_, *record));
  // A text that a list has twice does not compete with itself.
  if (record->ranking) record->ranking->lead = LeadOfBest(*record->ranking, row.responses);
  count_.flips += Flipped(*record) ? 1 : 0;
  count_.labels_not_understood += record->label_not_understood ? 1 : 0;
  Decision decision = Decide(rules_, *record);
  std::optional<std::string> text = row.raw;
  if (decision.action == Action::kSwap) {
    text = editor_.Swapped(row);
    if (!text) decision = {Action::kDrop, kReasonCannotSwap, Label::kNone};
  } else if (decision.action == Action::kRelabel) {
    text = editor_.Relabelled(row, decision.winner);
    if (!text) decision = {Action::kDrop, kReasonCannotRelabel, Label::kNone};
  }
  return Write(row, text.value_or(row.raw), decision, verdict_line, streams);
}

Result<FilterCount> FilterRun::Run(RowSource& rows, const FilterStreams& streams) {
  count_ = {};
  ids_ = {};
  files_ = rows.files();
  RawRow raw;
  std::string verdict_line;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool row_left, rows.Next(raw));
    GRAM_ASSIGN_OR_RETURN(const bool verdict_left, streams.next_verdict(verdict_line));
    if (!row_left && !verdict_left) break;
    if (!row_left) {
      return InvalidArgument("the input ends after row " + std::to_string(count_.rows) +
                             ", but there are more verdicts: they belong to another input");
    }
    if (!verdict_left) {
      return InvalidArgument(join_.verdicts + " end after row " + std::to_string(count_.rows) +
                             ", but the input continues: they belong to another input");
    }
    ++count_.rows;
    GRAM_RETURN_IF_ERROR(Filter(mapper_.Map(std::move(raw)), verdict_line, streams));
    streams.done(count_);
  }
  if (count_.kept + count_.dropped_rows() != count_.rows) {
    return Internal("rows kept and dropped do not add up to the rows read");
  }
  return count_;
}

Result<std::string> FilterManifest(const FilterRecord& record) {
  const FilterCount& count = record.count;
  GRAM_ASSIGN_OR_RETURN(Json inputs, FilesJson(record.inputs));
  GRAM_ASSIGN_OR_RETURN(Json verdicts, FileJson(record.verdicts));
  Json dropped = Json::object();
  for (const auto& [reason, rows] : count.dropped) dropped[reason] = rows;
  Json json = {{"manifest_version", kManifestVersion}, {"state", "complete"}, {"verb", "filter"}};
  json["rules"] = RulesJson(record);
  json["inputs"] = std::move(inputs);
  json["verdicts"] = std::move(verdicts);
  json["rows"] = count.rows;
  json["kept"] = count.kept;
  json["swapped"] = count.swapped;
  json["relabelled"] = count.relabelled;
  json["dropped"] = std::move(dropped);
  json["labels_not_understood"] = count.labels_not_understood;
  json["dropped_file"] = record.dropped.empty() ? Json(nullptr) : Json(record.dropped);
  json["run"] = {{"versions", Json::array({Version()})},
                 {"command", OwnCommandLine()},
                 {"folder", WorkingFolder()}};
  // Paths and arguments need not be UTF-8; what is not is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gram::jobs
