// What a measurement is held against: the peak of the machine, and what the operating system knows
// about this process.
#ifndef GRAM_ENGINE_DIAGNOSTICS_MACHINE_H_
#define GRAM_ENGINE_DIAGNOSTICS_MACHINE_H_

#include <vector>

#include "engine/base/status.h"
#include "engine/base/thread_pool.h"
#include "engine/diagnostics/peak/loops.h"
#include "engine/kernels/kernel_table.h"

namespace gram::diagnostics {

/// What the products of a table of kernel_table.h are held against.
peak::Loop LoopOf(const kernels::KernelTable& kernels);

/// 1e9 operations a second of the multiply-adds of `kernels`, a table of kernel_table.h, on
/// registers that all threads keep up together for about a second. A peak that lasts: vector units
/// at full load lower the clock, and a shared machine lends more for milliseconds than for long.
double MeasurePeak(const kernels::KernelTable& kernels, const ExecContext& ctx);

/// The peak, sampled between runs: other users of it and its own heat change that.
class PeakSeries {
 public:
  /// Takes the first sample.
  PeakSeries(const kernels::KernelTable& kernels, const ExecContext& ctx);

  /// Takes a sample: 1e9 operations a second. About a second.
  double Sample();
  double last() const { return samples_.back(); }
  double mean() const;

 private:
  const kernels::KernelTable& kernels_;
  ExecContext ctx_;
  std::vector<double> samples_;
};

/// Wall-clock seconds since this process started; resolution one tick of the kernel's clock,
/// usually 10 ms. Errors: kIo where /proc does not tell.
Result<double> SecondsSinceProcessStart();

/// Bytes of anonymous memory in RAM now: heap and stacks, but no page of a mapped file. Errors: kIo
/// where /proc does not tell.
Result<double> AnonymousBytes();

}  // namespace gram::diagnostics

#endif  // GRAM_ENGINE_DIAGNOSTICS_MACHINE_H_
