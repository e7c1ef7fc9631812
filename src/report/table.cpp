#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rootlet::report {

std::string table_text(const std::vector<TableRow>& rows, const std::vector<std::size_t>& numbers) {
  if (rows.empty()) return "";
  const std::size_t columns = rows.front().size();
  std::vector<std::size_t> widths(columns);
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const TableRow& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) {
      const bool number = std::find(numbers.begin(), numbers.end(), i) != numbers.end();
      line += number ? fmt::format("{:>{}}  ", row[i], widths[i]) : fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace rootlet::report
