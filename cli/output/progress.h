// Shows how far a run has come, on standard error: a bar kept up to date on a terminal, a line a
// minute in a log.
#ifndef GRAM_CLI_OUTPUT_PROGRESS_H_
#define GRAM_CLI_OUTPUT_PROGRESS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "jobs/run/job.h"

namespace gram::cli {

/// Speed and time left count what this run has done in its `seconds`; nothing is guessed from rows
/// that an earlier run answered, nor within the first seconds.
///
/// One line of plain ASCII, at most `columns` long. The bar takes the room that the figures leave;
/// where these do not fit, the least important are left out.
std::string ProgressBar(const jobs::ProgressState& state, double seconds, size_t columns);

/// The same figures for a log.
std::string ProgressLine(const jobs::ProgressState& state, double seconds);

/// What the job came to, once it has ended.
std::string TotalsLine(const jobs::ProgressState& state, double seconds);

/// What progress is shown on, and the clock it is timed by.
struct ProgressDisplay {
  bool terminal = false;
  std::function<size_t()> columns;  ///< of the terminal; asked each time, since windows change
  std::function<double()> seconds;  ///< a monotonic clock
  std::function<void(std::string_view)> write;
};

/// Standard error as it is.
ProgressDisplay StandardError();

/// Clears its terminal line when it goes. With `enabled` false it never says anything.
class Progress : public jobs::RunObserver {
 public:
  explicit Progress(bool enabled, ProgressDisplay display = StandardError());
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// On a terminal: `text` in place of what is there.
  void Show(const std::string& text);

  /// Call whenever something has been done. A terminal's bar is redrawn a few times a second at
  /// most; a log gets a line a minute, and one before, after ten seconds.
  void Update(const jobs::ProgressState& state) override;

  void Notice(const std::string& text) override;

  /// The line of totals, once, at the end of a job that went through or was interrupted.
  void Finish(const jobs::ProgressState& state) override;

 private:
  double Elapsed() const { return display_.seconds() - start_; }
  void ClearLine();

  bool enabled_;
  ProgressDisplay display_;
  double start_;
  double next_;  // when Update is to say something again, in seconds since start_
  bool drawn_ = false;
};

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_PROGRESS_H_
