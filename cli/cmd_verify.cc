// `gram-cpu verify`: is every byte of a packed file as it was written?
#include "tools/convert/verify.h"

#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "jobs/io/files.h"

namespace gram::cli {
namespace {

constexpr const char* kExamples =
    "  gram-cpu verify M.gram\n\n"
    "Reads the whole file. Every bad tensor is named; the exit code is then 1.\n";

int RunVerify(const std::string& path) {
  const Result<convert::VerifyReport> report = convert::Verify(path);
  if (!report.ok()) return Fail(report.status());
  for (const std::string& problem : report->problems) Say(problem);
  if (!report->problems.empty()) return kExitFailed;
  Result<jobs::OutputFile> output = jobs::OutputFile::Open("-", false, -1);
  if (!output.ok()) return Fail(output.status());
  const Status written = output->Write(path + ": sound (" + std::to_string(report->tensors) +
                                       " tensors, " + std::to_string(report->bytes) + " bytes)\n");
  return written.ok() ? kExitOk : Fail(written);
}

}  // namespace

Command AddVerify(CLI::App& root) {
  auto file = std::make_shared<std::string>();
  CLI::App* app = AddVerb(root, "verify", "check every checksum of a packed model", kExamples);
  app->add_option("FILE", *file, "packed model")->required();
  return {app, [file] { return RunVerify(*file); }};
}

}  // namespace gram::cli
