#include "engine/diagnostics/machine.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <numeric>
#include <sstream>
#include <string>
#include <string_view>

namespace gram::diagnostics {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSeconds = 1.0;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct LoopOfTable {
  const kernels::KernelTable* table;
  peak::Loop loop;
};
constexpr LoopOfTable kLoops[] = {
#if defined(__x86_64__)
    {&kernels::kAmxBf16Table, peak::AmxBf16}, {&kernels::kAvx512Bf16Table, peak::Avx512Bf16},
    {&kernels::kAvx512Table, peak::Avx512},   {&kernels::kAvx2Table, peak::Avx2},
#elif defined(__aarch64__)
    {&kernels::kNeonBf16Table, peak::NeonBf16},
    {&kernels::kNeonTable, peak::Neon},
#endif
    {&kernels::kScalarTable, peak::Scalar},
};

/// Operations of one go in which every thread does `rounds`.
double Go(peak::Loop loop, const ExecContext& ctx, size_t rounds) {
  std::vector<double> flops(static_cast<size_t>(ctx.threads()));
  std::vector<float> sinks(flops.size(), 1.0F);
  ParallelFor(ctx, ctx.threads(), [&](int64_t i, int) {
    const auto item = static_cast<size_t>(i);
    float sink = sinks[item];
    flops[item] = loop(rounds, &sink);
    sinks[item] = sink;
  });
  return std::accumulate(flops.begin(), flops.end(), 0.0);
}

/// Rounds that take about a hundredth of a second: threads wait for each other after every go.
size_t RoundsAGo(peak::Loop loop, const ExecContext& ctx) {
  size_t rounds = size_t{1} << 10;
  while (true) {
    const auto start = Clock::now();
    Go(loop, ctx, rounds);
    if (SecondsSince(start) > kSeconds / 100) return rounds;
    rounds *= 2;
  }
}

std::string TextOf(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

peak::Loop LoopOf(const kernels::KernelTable& kernels) {
  const auto found =
      std::find_if(std::begin(kLoops), std::end(kLoops),
                   [&](const LoopOfTable& entry) { return entry.table == &kernels; });
  GRAM_DCHECK(found != std::end(kLoops));
  return found->loop;
}

double MeasurePeak(const kernels::KernelTable& kernels, const ExecContext& ctx) {
  const peak::Loop loop = LoopOf(kernels);
  const size_t rounds = RoundsAGo(loop, ctx);
  const auto start = Clock::now();
  double flops = 0;
  double seconds = 0;
  while (seconds < kSeconds) {
    flops += Go(loop, ctx, rounds);
    seconds = SecondsSince(start);
  }
  return flops / seconds * 1e-9;
}

PeakSeries::PeakSeries(const kernels::KernelTable& kernels, const ExecContext& ctx)
    : kernels_(kernels), ctx_(ctx) {
  Sample();
}

double PeakSeries::Sample() {
  samples_.push_back(MeasurePeak(kernels_, ctx_));
  return samples_.back();
}

double PeakSeries::mean() const {
  return std::accumulate(samples_.begin(), samples_.end(), 0.0) /
         static_cast<double>(samples_.size());
}

Result<double> SecondsSinceProcessStart() {
  constexpr int kFieldsBefore = 19;  // between the program's name and field 22, the start
  const std::string stat = TextOf("/proc/self/stat");
  const size_t name_end = stat.rfind(')');  // the name itself may hold anything
  std::istringstream fields(name_end == std::string::npos ? "" : stat.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < kFieldsBefore; ++i) fields >> skipped;
  double start_ticks = 0;
  timespec now{};
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  if (!(fields >> start_ticks) || ticks_per_second <= 0 ||
      ::clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
    return IoError("/proc/self/stat does not say when this process started");
  }
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9 -
         start_ticks / ticks_per_second;
}

Result<double> AnonymousBytes() {
  constexpr std::string_view kField = "RssAnon:";
  const std::string status = TextOf("/proc/self/status");
  const size_t at = status.find(kField);
  double kib = 0;
  if (at != std::string::npos && std::istringstream(status.substr(at + kField.size())) >> kib) {
    return kib * 1024;
  }
  return IoError("/proc/self/status does not say how much anonymous memory this process has");
}

}  // namespace gram::diagnostics
