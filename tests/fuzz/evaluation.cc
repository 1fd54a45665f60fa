// A calibration and lines of verdicts, with "%%%%" between them. Holds: a calibration that is read
// says the same when it was written again, and makes members of a line; verdicts that are evaluated
// make JSON and a page in which nothing of theirs is markup.
#include <cmath>
#include <map>

#include "jobs/eval/calibration.h"
#include "jobs/eval/evaluation.h"
#include "jobs/eval/page/report_page.h"
#include "tests/fuzz/fuzzing.h"

namespace gram::fuzz {
namespace {

void CheckCalibration(const std::string& json) {
  const auto calibration = jobs::ParseCalibration(json, "FILE");
  if (!calibration.ok()) return CheckRefusal(calibration.status(), "FILE");
  const std::string written = CalibrationJson(*calibration);
  const auto again = jobs::ParseCalibration(written, "FILE");
  CheckOk(again.status(), "a calibration that was written can be read");
  for (const double margin : {-double{INFINITY}, -1.5, 0.0, 3.0}) {
    const std::string members = calibration->Members(margin, 1);
    Check(IsJson("{" + members + "}"), "members of a line are JSON");
    Check(again->Members(margin, 1) == members, "a calibration says the same again");
    const double probability = calibration->Probability(margin);
    Check(probability >= 0 && probability <= 1, "a probability is between 0 and 1");
  }
}

void CheckPage(const std::string& page) {
  for (const char* const markup : {"<script", "<img", "<iframe", "<object", "<!--"}) {
    Check(page.find(markup) == std::string::npos, "nothing of a text is markup");
  }
}

void CheckVerdicts(const std::string& lines) {
  const std::string path = WriteScratch("verdicts", lines);
  const auto run = jobs::ReadEvalRun({path, {}, {"topic"}});
  if (!run.ok()) return CheckRefusal(run.status(), "");
  jobs::BootstrapOptions few;
  few.resamples = 100;
  for (const jobs::Benchmark& benchmark : jobs::Benchmarks()) {
    if (benchmark.fields.size() > 1) continue;
    const auto evaluation = jobs::Evaluate(benchmark, *run, few);
    if (!evaluation.ok()) {
      CheckRefusal(evaluation.status(), "");
      continue;
    }
    Check(IsJson(EvaluationJson(*evaluation, *run)), "an evaluation is JSON");
    const std::map<int64_t, jobs::RowTexts> texts = {{1, {lines, {lines, lines, lines}}}};
    CheckPage(jobs::ReportPage({*run, *evaluation, texts}));
  }
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  Input input(data, size);
  CheckCalibration(std::string(input.Part()));
  CheckVerdicts(std::string(input.Rest()));
  return 0;
}
