#include "cli/rank_stream.h"

#include <utility>

#include "cli/output/output_row.h"
#include "engine/base/status.h"

namespace gram::cli {
namespace {

constexpr size_t kWindowRows = 16;
constexpr size_t kWindowBytes = size_t{4} << 20;

// Rows to be ranked, and lines in the order of all rows; those of the former still empty.
struct Window {
  std::vector<InputRow> rows;
  std::vector<std::string> lines;
  int64_t failed = 0;
};

Result<Window> ReadWindow(RowSource& source, RowMapper& mapper) {
  Window window;
  size_t bytes = 0;
  while (window.lines.size() < kWindowRows && bytes < kWindowBytes) {
    if (!window.lines.empty() && !source.Ready()) break;
    RawRow raw;
    GRAM_ASSIGN_OR_RETURN(const bool more, source.Next(raw));
    if (!more) break;
    InputRow row = mapper.Map(std::move(raw));
    bytes += row.raw.size();
    window.lines.push_back(row.error ? ErrorLine(row, *row.error) : "");
    if (row.error) {
      ++window.failed;
    } else {
      window.rows.push_back(std::move(row));
    }
  }
  return window;
}

bool IsError(const InputRow& row, const std::string& line) {
  return line.starts_with("{\"id\":" + row.id_json + ",\"row\":");
}

std::string Answer(const Ranker& rank, bool matches, Window& window) {
  const std::vector<std::string> ranked = RankRows(rank, window.rows, matches);
  std::string text;
  size_t next = 0;
  for (const std::string& line : window.lines) {
    if (!line.empty()) {
      text += line;
      continue;
    }
    window.failed += IsError(window.rows[next], ranked[next]) ? 1 : 0;
    text += ranked[next++];
  }
  return text;
}

}  // namespace

Result<RankCount> RankStream(const Ranker& rank, bool matches, RowSource& source, RowMapper& mapper,
                             OutputFile& output, const std::function<void(int64_t)>& done) {
  RankCount count;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(Window window, ReadWindow(source, mapper));
    if (window.lines.empty()) return count;
    GRAM_RETURN_IF_ERROR(output.Write(Answer(rank, matches, window)));
    count.rows += static_cast<int64_t>(window.lines.size());
    count.failed += window.failed;
    done(count.rows);
  }
}

}  // namespace gram::cli
