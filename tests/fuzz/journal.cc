// What a crash leaves of a journal: a number (how much of it is there), a byte (what was done to
// it) and what is behind it. Holds: the run that goes on with it gives the bytes of a run that
// nothing disturbed, unless whole lines of JSON follow, which no crash writes; then it gives whole
// lines, or says why not.
#include <filesystem>

#include "tests/fuzz/fuzzing.h"
#include "tests/jobs/io/compress.h"
#include "tests/jobs/run/fake_job.h"
#include "tests/testing/temp_dir.h"

namespace gram::fuzz {
namespace {

constexpr int kRows = 120;

// A run that was interrupted, and what it would have written.
struct Interrupted {
  Interrupted() {
    run = jobs::MakeRun(WriteScratch("in", jobs::FakeRows(kRows)), ScratchPath("out"));
    whole = jobs::WholeOutput(run, std::filesystem::path(run.options.output).parent_path());
    jobs::FakeRun stopped = run;
    stopped.before_window = [](int64_t scored, std::atomic<bool>& stop) {
      if (scored >= kRows / 2) stop = true;
    };
    const auto end = jobs::RunFake(stopped);
    Check(end.ok() && !end->complete && end->resumable, "a run can be interrupted");
    manifest = testing::ReadBytes(run.options.output + ".run.json");
    run.options.resume = true;
  }

  jobs::FakeRun run;
  std::string whole;
  std::string manifest;
};

// Whether what stands behind the last line that the run wrote begins with a line of JSON.
bool GoesOnInJson(std::string_view journal, std::string_view whole) {
  size_t same = 0;
  while (same < journal.size() && same < whole.size() && journal[same] == whole[same]) ++same;
  const size_t begin = same == 0 ? 0 : journal.rfind('\n', same - 1) + 1;  // npos + 1 is 0
  const std::string_view line = journal.substr(begin, journal.find('\n', begin) - begin);
  return IsJson(line);
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  static const Interrupted before;
  Input input(data, size);
  const size_t bytes = input.Below(before.whole.size() + 1);
  const uint8_t how = input.Byte() % 4;
  std::string journal = before.whole.substr(0, bytes);
  if (how == 1) journal = gram::jobs::Gzip(journal);
  if (how == 2) journal = gram::jobs::Zstd(journal);
  journal += input.Rest();
  if (how == 3) journal = input.Rest();
  const std::string& output = before.run.options.output;
  std::filesystem::remove(output);
  WriteScratch("out.run.json", before.manifest);
  WriteScratch("out.partial", journal);
  const auto end = gram::jobs::RunFake(before.run);
  if (GoesOnInJson(journal, before.whole)) {
    if (!end.ok()) CheckRefusal(end.status(), "");
    return 0;
  }
  CheckOk(end.status(), "a run goes on with what a crash left");
  Check(end->complete && gram::testing::ReadBytes(output) == before.whole,
        "the output is that of a run that nothing disturbed");
  return 0;
}
