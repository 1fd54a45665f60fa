#include "jobs/run/dry_run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <utility>

#include "engine/base/status.h"
#include "jobs/run/answers.h"
#include "jobs/run/job_lines.h"
#include "jobs/verdicts/verdict_line.h"

namespace gram::jobs {
namespace {

constexpr double kMeasuredSeconds = 10;
constexpr size_t kPairsAtATime = 8;  // few, so that a slow model does not overrun
constexpr size_t kShownErrors = 3;   // of one code

class DryRunner {
 public:
  DryRunner(const DryRunJudge& judge, const RowSource& source) : judge_(judge), source_(source) {
    report_.files = static_cast<int64_t>(source.files().size());
  }

  Status Add(const RowWindow& window) {
    report_.rows += static_cast<int64_t>(window.lines.size());
    for (const InputRow& row : window.failed) AddError(row, *row.error);
    return Plan(window.rows);
  }

  const DryRunReport& report() const { return report_; }

 private:
  Status Plan(std::span<const InputRow> rows) {
    const std::vector<PairView> pairs = PairsOf(rows);
    GRAM_ASSIGN_OR_RETURN(const PlanSummary plan, judge_.plan(pairs));
    report_.prompts += plan.prompts;
    report_.pairs += plan.prompts / 2;
    report_.tokens += plan.tokens;
    report_.computed += plan.computed;
    auto planned = plan.pairs.begin();
    for (const InputRow& row : rows) {
      AddRow(row, {planned, row.comparisons.size()});
      planned += static_cast<std::ptrdiff_t>(row.comparisons.size());
    }
    if (report_.measured_seconds < kMeasuredSeconds) Measure(pairs);
    return {};
  }

  void AddError(const InputRow& row, const RowError& error) {
    DryRunErrors& errors = report_.errors[error.code];
    ++errors.rows;
    if (errors.first.size() == kShownErrors) return;
    errors.first.push_back(source_.files()[row.file].path + " row " + std::to_string(row.file_row) +
                           ": " + error.message);
  }

  void AddRow(const InputRow& row, std::span<const Result<PairPlan>> plans) {
    bool flagged = false;
    bool shortened = false;
    for (size_t i = 0; i < plans.size(); ++i) {
      if (!plans[i].ok()) return AddError(row, ComparisonError(row, i, plans[i].status()));
      const auto [first, second] = plans[i]->tokens;
      report_.longest = std::max<int64_t>({report_.longest, first, second});
      flagged = flagged || !plans[i]->notes.flags.empty();
      shortened = shortened || plans[i]->notes.cut.has_value();
    }
    report_.flagged += flagged ? 1 : 0;
    report_.shortened += shortened ? 1 : 0;
  }

  void Measure(std::span<const PairView> pairs) {
    if (!warm_) pairs = Warm(pairs);
    while (!pairs.empty() && report_.measured_seconds < kMeasuredSeconds) {
      const size_t count = std::min(pairs.size(), kPairsAtATime);
      Time(pairs.first(count));
      pairs = pairs.subspan(count);
    }
  }

  // The first score reads the model from disk and makes buffers: it counts only where it alone
  // takes as long as the measurement may. Gives the pairs that are left.
  std::span<const PairView> Warm(std::span<const PairView> pairs) {
    while (!warm_ && !pairs.empty()) {
      const double start = judge_.seconds();
      warm_ = judge_.score(pairs.first(1)).front().ok();
      const double seconds = judge_.seconds() - start;
      if (warm_ && seconds >= kMeasuredSeconds) {
        report_.measured_pairs = 1;
        report_.measured_seconds = seconds;
        report_.measured_tokens = judge_.tokens_computed();
      }
      pairs = pairs.subspan(1);
    }
    return pairs;
  }

  void Time(std::span<const PairView> pairs) {
    const int64_t tokens = judge_.tokens_computed();
    const double start = judge_.seconds();
    const auto verdicts = judge_.score(pairs);
    report_.measured_seconds += judge_.seconds() - start;
    report_.measured_tokens += judge_.tokens_computed() - tokens;
    report_.measured_pairs += std::count_if(verdicts.begin(), verdicts.end(),
                                            [](const auto& verdict) { return verdict.ok(); });
  }

  const DryRunJudge& judge_;
  const RowSource& source_;
  DryRunReport report_;
  bool warm_ = false;
};

}  // namespace

int64_t DryRunReport::failed_rows() const {
  return std::accumulate(errors.begin(), errors.end(), int64_t{0},
                         [](int64_t sum, const auto& e) { return sum + e.second.rows; });
}

Result<DryRunReport> DryRun(const DryRunJudge& judge, Job& job, RowSource& source,
                            RunObserver& observer) {
  DryRunner runner(judge, source);
  const std::atomic<bool> never = false;
  WindowReader reader(job, source, never);
  RowWindow window;
  while (true) {
    GRAM_RETURN_IF_ERROR(reader.Read(window));
    if (window.lines.empty()) return runner.report();
    GRAM_RETURN_IF_ERROR(runner.Add(window));
    reader.Adapt(std::chrono::seconds(0));
    ProgressState state;
    state.rows = runner.report().rows;
    state.failed = runner.report().failed_rows();
    state.position = source.bytes_read();
    state.size = source.bytes_total().value_or(0);
    observer.Update(state);
  }
}

}  // namespace gram::jobs
