#include "input.hpp"
#include "solv/header_guard.hpp"
#include "solv/order.hpp"
#include "solv/primary_guard.hpp"
#include "solv/unpacked.hpp"

namespace {

using namespace rootlet;

/// What ends the reading in pieces of this size; empty: nothing does, and all comes through.
std::string problem_of(std::string xml, std::size_t piece_size) {
  const solv::File file{fmemopen(xml.data(), xml.size(), "r")};
  if (!file) return {};
  solv::PrimaryGuard guard("main", *file);
  const solv::File guarded = guard.open();
  std::setvbuf(guarded.get(), nullptr, _IONBF, 0);
  std::string through;
  std::string piece(piece_size, '\0');
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), guarded.get())) {
    through.append(piece, 0, count);
  }
  try {
    guard.check();
  } catch (const Error& error) {
    return error.what();
  }
  if (through != xml) std::abort();
  return {};
}

void check_cut(std::string_view xml) {
  const auto cut = solv::cut(xml);
  if (!cut) return;
  std::string whole;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < cut->packages.size(); ++i) order.push_back(i);
  static_cast<void>(solv::written_order(*cut));
  for (const std::string_view piece : solv::rearranged(*cut, solv::written_order(*cut))) whole += piece;
  if (whole.size() > xml.size()) std::abort();
}

}  // namespace

/// primary.xml, on its way to libsolv. Nothing of what is looked for depends on where it is cut into pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string xml(reinterpret_cast<const char*>(data), size);
  if (problem_of(xml, 3) != problem_of(xml, 65536)) std::abort();
  solv::TagLength whole;
  solv::TagLength pieces;
  bool passed = true;
  for (std::size_t at = 0; at < xml.size(); at += 3)
    passed = passed && pieces.pass(std::string_view(xml).substr(at, 3));
  if (whole.pass(xml) != passed) std::abort();
  check_cut(xml);
  fuzz::tolerate_errors([&] { solv::refuse_long_dependencies(fuzz::Input(data, size).path()); });
  return 0;
}
