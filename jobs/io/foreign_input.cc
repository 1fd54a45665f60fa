#include "jobs/io/foreign_input.h"

#include <algorithm>
#include <array>

namespace gram::jobs {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kWithDatasets =
    "turn it into JSON lines with Python: datasets.Dataset.from_file(FILE).to_json(OUTPUT)";
constexpr std::string_view kWithPandas =
    "turn it into JSON lines with Python: pandas.read_parquet(FILE).to_json(OUTPUT, "
    "orient='records', lines=True)";
constexpr std::string_view kWithPackage =
    "the gram-cpu of the Python package reads it (docs/python.md), as do score and rank of one "
    "that is built with Apache Arrow, from files; or turn it into JSON lines: "
    "pandas.read_parquet(FILE).to_json(OUTPUT, orient='records', lines=True)";
constexpr std::string_view kExport = "export it as JSON lines, one object per line";

constexpr std::array<ForeignFile, 24> kForeignFiles = {{
    {"PAR1"sv, "a Parquet file", kWithPackage},
    {"ARROW1"sv, "an Arrow file", kWithDatasets},
    {"\xFF\xFF\xFF\xFF"sv, "an Arrow stream, as the datasets library writes it", kWithDatasets},
    {"FEA1"sv, "a Feather file", kWithPandas},
    {"PK\x03\x04\x14\x00\x06\x00"sv, "an Excel file (.xlsx)", kExport},
    {"PK\x03\x04"sv, "a zip file (or .xlsx, .npz)", "unpack it: unzip -p FILE NAME"},
    {"\xD0\xCF\x11\xE0"sv, "an Excel file (.xls)", kExport},
    {"BZh"sv, "bzip2 data", "unpack it: bzip2 -dc FILE"},
    {"\xFD"
     "7zXZ"sv,
     "xz data", "unpack it: xz -dc FILE"},
    {"7z\xBC\xAF"sv, "a 7z archive", "unpack it"},
    {"\x04\x22\x4D\x18"sv, "lz4 data", "unpack it: lz4 -dc FILE"},
    {"\x80\x02"sv, "a Python pickle", kExport},
    {"\x80\x03"sv, "a Python pickle", kExport},
    {"\x80\x04"sv, "a Python pickle", kExport},
    {"\x80\x05"sv, "a Python pickle", kExport},
    {"\x93NUMPY"sv, "a NumPy file", kExport},
    {"\x89HDF"sv, "an HDF5 file", kExport},
    {"SQLite format 3"sv, "an SQLite database", kExport},
    {"Obj\x01"sv, "an Avro file", kExport},
    {"ORC"sv, "an ORC file", kExport},
    {"%PDF"sv, "a PDF", kExport},
    {"GGUF"sv, "a GGUF model", "give rows of data here, and a model with --model"},
    {"\x89PNG"sv, "a picture", "give rows of data"},
    {"version https://git-lfs"sv, "a Git LFS pointer, not the data",
     "fetch the data: git lfs pull"},
}};

// Of a row of a table: how many columns it has, none where it looks like something else.
size_t Columns(std::string_view row, char separator) {
  size_t columns = 1;
  bool quoted = false;
  for (const char c : row) {
    if (c == '"') quoted = !quoted;
    if (c == separator && !quoted) ++columns;
  }
  return columns;
}

std::string DescribeTable(const std::string& head) {
  if (head.find_first_of("{}[]") != std::string::npos) return {};
  const bool tabs = Columns(head, '\t') > 1;
  if (!tabs && Columns(head, ',') < 2 && Columns(head, ';') < 2) return {};
  // A sentence has commas, too; names of columns are short.
  const auto spaces = static_cast<size_t>(std::count(head.begin(), head.end(), ' '));
  const char separator = tabs ? '\t' : Columns(head, ',') > 1 ? ',' : ';';
  if (spaces > 2 * Columns(head, separator)) return {};
  const std::string read = tabs ? "pandas.read_csv(FILE, sep='\\t')" : "pandas.read_csv(FILE)";
  return std::string("is ") + (tabs ? "TSV" : "CSV") +
         ", a table of text; expected JSON, one object per row. Turn it into JSON lines with "
         "Python: " +
         read + ".to_json(OUTPUT, orient='records', lines=True)";
}

std::string DescribeBytes(const std::string& text) {
  const bool mark16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  const size_t nuls = static_cast<size_t>(std::count(text.begin(), text.end(), '\0'));
  if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv) ||
      (nuls * 3 >= text.size() * 2 && nuls < text.size())) {
    return "is UTF-32; expected UTF-8. Convert it: iconv -f UTF-32 -t UTF-8 FILE";
  }
  if (mark16 || (nuls * 5 >= text.size() * 2 && nuls < text.size())) {
    return "is UTF-16; expected UTF-8. Convert it: iconv -f UTF-16 -t UTF-8 FILE";
  }
  if (text.find("ustar") != std::string::npos && nuls > 0) {
    return "is a tar archive; unpack it: tar -xf FILE";
  }
  if (nuls > 0) return "holds NUL bytes where rows should be: it is damaged, or not text";
  return {};
}

bool SpreadOverLines(const std::vector<OddRow>& rows) {
  const auto opens = [](const OddRow& row) {
    return row.text.starts_with('{') && !row.text.ends_with('}') && !row.text.ends_with("},");
  };
  return opens(rows.front()) && rows.size() > 1 && !rows[1].text.starts_with('{');
}

}  // namespace

std::string DescribeForeignRows(const std::vector<OddRow>& rows) {
  if (rows.empty()) return {};
  const std::string& first = rows.front().text;
  if (std::string bytes = DescribeBytes(first); !bytes.empty()) return bytes;
  if (first.starts_with("{'")) {
    return "holds Python dicts in single quotes, not JSON; write it with json.dumps";
  }
  const bool commas = std::all_of(rows.begin(), rows.end(), [](const OddRow& row) {
    return row.text.starts_with('{') && row.text.ends_with("},");
  });
  if (commas) {
    return "has a comma after each object: a JSON array without its brackets? Put [ before and ] "
           "after it, or leave the commas out";
  }
  if (SpreadOverLines(rows)) {
    return "spreads an object over several lines; expected one object per line, or an array (jq -c "
           ". "
           "makes lines)";
  }
  if (first.starts_with('<')) return "is HTML or XML; expected JSON, one object per row";
  if (first.starts_with("---") || first.starts_with("- ")) {
    return "looks like YAML; expected JSON, one object per row";
  }
  return DescribeTable(first);
}

const ForeignFile* FindForeignFile(std::string_view first, bool& undecided) {
  for (const ForeignFile& file : kForeignFiles) {
    const std::string_view begin = file.magic.substr(0, first.size());
    if (!first.starts_with(begin)) continue;
    if (begin.size() == file.magic.size()) {
      undecided = false;
      return &file;
    }
    undecided = undecided || !first.empty();
  }
  return nullptr;
}

}  // namespace gram::jobs
