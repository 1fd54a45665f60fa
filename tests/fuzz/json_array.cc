// A file that may be a JSON array of rows. Holds: a JSON array is read, and its elements are those
// that another parser finds; an array that is read, each of whose elements is JSON, is a JSON
// array; and rows on lines of their own are the same rows.
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/base/status.h"
#include "jobs/io/row_reader.h"
#include "tests/fuzz/fuzzing.h"

namespace gram::fuzz {
namespace {

using nlohmann::ordered_json;

Result<std::vector<std::string>> ReadRows(const std::string& path) {
  GRAM_ASSIGN_OR_RETURN(jobs::RowReader reader, jobs::RowReader::Open(path));
  std::vector<std::string> rows;
  std::string row;
  bool too_long = false;
  while (true) {
    GRAM_ASSIGN_OR_RETURN(const bool more, reader.Next(row, too_long));
    if (!more) return rows;
    Check(!too_long, "no row of a small file is too long");
    rows.push_back(row);
  }
}

void CheckElements(const ordered_json& array, const std::vector<std::string>& rows) {
  Check(array.size() == rows.size(), "every element is a row");
  for (size_t i = 0; i < rows.size(); ++i) {
    Check(ordered_json::parse(rows[i], nullptr, false) == array[i], "a row is its element");
  }
}

/// Whether `row` is JSON where it stands: at the beginning of a text the other parser skips a byte
/// order mark, inside an array it does not.
bool IsElement(const std::string& row) { return ordered_json::accept("[" + row + "]"); }

void CheckLines(const std::vector<std::string>& rows) {
  std::string lines;
  for (const std::string& row : rows) {
    if (row.front() != '{' || row.find_first_of("\r\n") != row.npos) return;
    lines += row + "\r\n";
  }
  const auto again = ReadRows(WriteScratch("lines", lines));
  CheckOk(again.status(), "rows can be read from lines");
  Check(*again == rows, "rows on lines are those of the array");
}

}  // namespace
}  // namespace gram::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gram::fuzz;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string path = WriteScratch("rows", text);
  const auto rows = ReadRows(path);
  if (!rows.ok()) CheckRefusal(rows.status(), path);
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos || text[first] != '[') return 0;
  if (text.find('\0') != text.npos) return 0;  // to the other parser, the end of the text
  const auto array = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!array.is_discarded()) {
    CheckOk(rows.status(), "a JSON array is read");
    CheckElements(array, *rows);
    CheckLines(*rows);
  } else if (rows.ok()) {
    bool all_json = true;
    for (const auto& row : *rows) all_json = all_json && IsElement(row);
    Check(!all_json, "what is read without a bad row is a JSON array");
  }
  return 0;
}
