#include <algorithm>
#include <charconv>

#include "accounts/accounts.hpp"
#include "base/text.hpp"

namespace rootlet::accounts {
namespace {

constexpr std::size_t id_field = 2;

Table::Row split_row(const std::string& line) {
  Table::Row row;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(':', begin), line.size());
    row.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return row;
}

bool is_of_nis(const Table::Row& row) { return row.front().starts_with('+') || row.front().starts_with('-'); }

}  // namespace

Table::Table(const std::string& content) : exists_(true) {
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    rows_.push_back(split_row(content.substr(begin, end - begin)));
    begin = end + 1;
  }
}

std::string Table::content() const {
  std::string text;
  for (const Row& row : rows_) text += join(row, ":") + "\n";
  return text;
}

const Table::Row* Table::by_name(const std::string& name) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.front() == name; });
  return found == rows_.end() ? nullptr : &*found;
}

const Table::Row* Table::by_id(std::uint32_t id) const {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return number(row, id_field) == id; });
  return found == rows_.end() ? nullptr : &*found;
}

std::string Table::field(const Row& row, std::size_t field) { return field < row.size() ? row[field] : std::string(); }

std::optional<std::uint32_t> Table::number(const Row& row, std::size_t field) {
  if (row.size() <= std::max<std::size_t>(field, 3)) return std::nullopt;
  const std::string& text = row[field];
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

void Table::add(Row row) {
  rows_.insert(std::find_if(rows_.begin(), rows_.end(), is_of_nis), std::move(row));
  exists_ = changed_ = true;
}

void Table::set(const std::string& name, std::size_t field, const std::string& value) {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.front() == name; });
  if (found == rows_.end()) return;
  if (found->size() <= field) found->resize(field + 1);
  if (found->at(field) == value) return;
  found->at(field) = value;
  changed_ = true;
}

}  // namespace rootlet::accounts
