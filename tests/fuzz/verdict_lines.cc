// Numbers for a verdict (8 bytes each: score, margin, gap), a file of rows, "%%%%", and lines that
// may be verdicts. Holds: the line of any row and verdict, in every schema, is one JSON object that
// counts as one result, and a filter reads back what it says; error lines likewise; other lines are
// read or refused, and sums do not depend on how they are put together.
#include <cmath>
#include <cstring>
#include <span>

#include "jobs/verdicts/schema.h"
#include "jobs/verdicts/totals.h"
#include "jobs/verdicts/verdict_line.h"
#include "tests/fuzz/fuzzing.h"
#include "tests/fuzz/mapped_rows.h"

namespace gram::fuzz {
namespace {

using jobs::LineKind;

double TakeNumber(Input* input) {
  char bytes[sizeof(double)];
  for (char& byte : bytes) byte = static_cast<char>(input->Byte());
  double number;
  std::memcpy(&number, bytes, sizeof(number));
  return number;
}

// A score or an order gap: from 0 to 1 as all that score writes, or not finite.
double TakeShare(Input* input) {
  const double number = TakeNumber(input);
  return std::isfinite(number) ? number - std::floor(number) : number;
}

void CheckLine(const jobs::ResultLine& written, jobs::Schema schema, LineKind kind) {
  const std::string& line = written.text;
  Check(line.ends_with('\n') && line.find('\n') == line.size() - 1, "a line is one line");
  Check(IsJson(line), "a line is JSON");
  const jobs::LineRecord record = jobs::LineReader(schema).Read(line);
  Check(record.kind == kind, "a line is counted as what it is");
  jobs::Totals totals;
  totals.Add(record);
  Check(totals.rows == 1 && totals.failed_rows() == (kind == LineKind::kError ? 1 : 0),
        "a line counts once");
  jobs::Totals as_written;
  as_written.Add(written.record);
  Check(totals == as_written, "what was written counts for what is read back");
}

bool SameNumber(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void CheckReadBack(std::string line, const jobs::InputRow& row, const Verdict& verdict) {
  line.pop_back();
  const auto record = jobs::LineReader(jobs::Schema::kGramCpu).ReadWhole(line);
  CheckOk(record.status(), "a filter reads what score wrote");
  Check(record->id_json == row.id_json, "an id is written as it was read");
  Check(!record->failed && record->verdicts.size() == row.comparisons.size(),
        "every comparison has its verdict");
  for (size_t i = 0; i < record->verdicts.size(); ++i) {
    Check(record->verdicts[i].label == row.comparisons[i].label, "a label is read back");
    if (!std::isfinite(verdict.margin)) continue;
    Check(SameNumber(record->verdicts[i].margin, verdict.margin), "a margin is read back");
  }
}

void CheckRow(const jobs::InputRow& row, const Verdict& verdict) {
  if (row.error)
    return CheckLine(WriteError(row, *row.error), jobs::Schema::kGramCpu, LineKind::kError);
  const std::vector<Verdict> verdicts(row.comparisons.size(), verdict);
  for (const char* name : {"gram-cpu", "gram", "rewardbench", "judgebench"}) {
    const auto schema = jobs::ParseSchema(name);
    Check(schema.has_value(), "a schema has its name");
    if (verdicts.empty() || CheckSchema(*schema, row)) continue;
    const jobs::ResultLine line = WriteResult(*schema, row, verdicts);
    CheckLine(line, *schema, LineKind::kResult);
    if (*schema == jobs::Schema::kGramCpu) CheckReadBack(line.text, row, verdict);
  }
}

// Lines that something else may have written.
void CheckOtherLines(std::string_view text) {
  jobs::LineReader reader(jobs::Schema::kGramCpu);
  jobs::Totals together;
  int64_t rows = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string line(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    const jobs::LineRecord record = reader.Read(line);
    const jobs::LineRecord alone = jobs::LineReader(jobs::Schema::kGramCpu).Read(line);
    Check(record.kind == alone.kind, "a line is the same thing among others");
    if (record.kind != LineKind::kDamaged) {
      together.Add(record);
      ++rows;
    }
    const auto whole = reader.ReadWhole(line);
    if (!whole.ok()) CheckRefusal(whole.status(), "");
  }
  Check(together.rows == rows, "every line counts once");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  gram::Verdict verdict;
  verdict.score_response1 = TakeShare(&input);
  verdict.score_response2 = 1 - verdict.score_response1;
  verdict.margin = TakeNumber(&input);
  verdict.order_gap = TakeShare(&input);
  verdict.orders = {gram::OrderVerdict{1, static_cast<float>(verdict.margin), 0.5F, 7},
                    gram::OrderVerdict{2, 0.25F, -1.0F, 7}};
  const auto mapped = MapRows(WriteScratch("rows", input.Part()));
  if (mapped.ok()) {
    for (const auto& row : mapped->rows) CheckRow(row, verdict);
  }
  CheckOtherLines(input.Rest());
  return 0;
}
