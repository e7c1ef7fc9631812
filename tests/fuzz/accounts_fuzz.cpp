#include "accounts/accounts.hpp"
#include "input.hpp"

namespace {

using namespace rootlet;
using accounts::Table;

/// What was written must say the same when it is read: no field may hold what ends a field or a line.
void check(const Table& table) {
  if (Table(table.content()).rows() != table.rows()) std::abort();
}

}  // namespace

/// Lines of sysusers.d, carried out on the files of a root: passwd, group, shadow, gshadow.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> parts = fuzz::parts(data, size, 5);
  accounts::Accounts root{Table(parts[0]), Table(parts[1]), Table(parts[2]), Table(parts[3])};
  std::vector<accounts::Line> lines;
  for (const std::string& line : fuzz::lines(parts[4])) {
    fuzz::tolerate_errors([&] { lines.push_back(accounts::read_line(line)); });
  }
  accounts::Surroundings around;
  around.day = 20'000;
  around.reserved = {999, 5};
  around.owner_of = [](const std::string& path) -> std::optional<accounts::Surroundings::Owner> {
    if (path.size() % 2 == 0) return std::nullopt;
    return accounts::Surroundings::Owner{static_cast<std::uint32_t>(path.size()), 7};
  };
  static_cast<void>(accounts::carry_out(root, lines, around));
  for (const Table* table : {&root.passwd, &root.group, &root.shadow, &root.gshadow}) check(*table);
  return 0;
}
