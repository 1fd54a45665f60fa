// How far a run has come, on a terminal only.
#ifndef GRAM_CLI_OUTPUT_PROGRESS_H_
#define GRAM_CLI_OUTPUT_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

namespace gram::cli {

/// Keeps one line on standard error up to date; silent where that is not a terminal or `enabled` is
/// false. Clears its line when it goes.
class Progress {
 public:
  explicit Progress(bool enabled);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(const std::string& text);

  /// "N rows, R rows/s".
  void ShowRows(int64_t rows);

 private:
  bool enabled_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace gram::cli

#endif  // GRAM_CLI_OUTPUT_PROGRESS_H_
