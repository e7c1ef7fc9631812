#include "rich_limits.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::solv {
namespace {

/// Of what an error quotes.
constexpr std::size_t quoted_characters = 60;

constexpr const char* way_out = "no package needs such a dependency: ask who publishes it";

std::string shortened(std::string text) {
  if (text.size() > quoted_characters) text = text.substr(0, quoted_characters) + "…";
  return printable(text);
}

std::string too_long(const std::string& whose, const std::string& beginning) {
  return whose + ": the dependency '" + shortened(beginning) + "' is longer than the " + std::to_string(longest_rich) +
         " characters that rootlet reads";
}

/// Whether a piece of XML after "<" lets the rest be read byte by byte: it is not UTF-16, and declares no encoding in
/// which other bytes may stand for "(" and quotes.
bool is_like_ascii(std::string_view piece) {
  if (piece.substr(0, 2).find('\0') != std::string_view::npos) return false;
  if (!piece.starts_with("?xml") || piece.find("encoding") == std::string_view::npos) return true;
  std::string declared(piece);
  std::transform(declared.begin(), declared.end(), declared.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::array<std::string_view, 3> known{"utf-8", "us-ascii", "iso-8859-"};
  return std::any_of(known.begin(), known.end(), [&](std::string_view name) {
    return declared.find(name, declared.find("encoding")) != std::string::npos;
  });
}

}  // namespace

File PrimaryGuard::open() { return File{fopencookie(this, "r", {&PrimaryGuard::read, nullptr, nullptr, nullptr})}; }

void PrimaryGuard::check() const {
  if (!refused_.empty()) throw Error("repository '" + repo_ + "': " + refused_, way_out);
}

ssize_t PrimaryGuard::read(void* self, char* into, std::size_t size) {
  PrimaryGuard& guard = *static_cast<PrimaryGuard*>(self);
  const std::size_t count = guard.refused_.empty() ? std::fread(into, 1, size, &guard.file_) : 0;
  guard.look_through({into, count});
  if (!guard.refused_.empty() || (count == 0 && std::ferror(&guard.file_) != 0)) return -1;
  return static_cast<ssize_t>(count);
}

/// No value of an attribute holds "<": it is enough to look at what stands between two of them.
void PrimaryGuard::look_through(std::string_view bytes) {
  for (std::size_t end = bytes.find('<'); end != std::string_view::npos; end = bytes.find('<')) {
    if (piece_.empty()) {
      look_at(bytes.substr(0, end));
    } else {
      piece_ += bytes.substr(0, end);
      look_at(piece_);
      piece_.clear();
      look_again_ = longest_rich;
    }
    bytes.remove_prefix(end + 1);
  }
  piece_ += bytes;
  if (piece_.size() <= look_again_) return;
  look_at(piece_);
  look_again_ = 2 * piece_.size();  // the whole is looked at each time
}

void PrimaryGuard::look_at(std::string_view piece) {
  constexpr std::string_view name = "name>";
  if (piece.starts_with(name)) package_ = piece.substr(name.size(), quoted_characters);
  if (piece.starts_with("!DOCTYPE")) refused_ = "primary.xml has a document type declaration";
  if (!is_like_ascii(piece)) refused_ = "primary.xml is not in UTF-8";
  if (piece.size() <= longest_rich) return;
  for (std::size_t at = piece.find_first_of("\"'>"); at < piece.size() && piece[at] != '>';) {
    const std::size_t end = std::min(piece.find(piece[at], at + 1), piece.size());
    const std::string_view value = piece.substr(at + 1, end - at - 1);
    // A reference such as &#40; may stand for the parenthesis.
    const bool rich = value.starts_with('(') || value.starts_with('&');
    if (rich && value.size() > longest_rich) {
      refused_ = too_long("package '" + printable(package_) + "'", std::string(value.substr(0, quoted_characters + 1)));
    }
    at = piece.find_first_of("\"'>", std::min(end + 1, piece.size()));
  }
}

namespace {

/// The tags of a header that name dependencies: provides, requires, conflicts, obsoletes, order, recommends, suggests,
/// supplements, enhances. Source: rpmtag.h.
constexpr std::array<std::uint32_t, 9> dependency_tags{1047, 1049, 1054, 1090, 5035, 5046, 5049, 5052, 5055};
constexpr std::size_t lead_size = 96;
constexpr std::size_t intro_size = 16;  ///< of a header: what it is, how many entries, how many bytes of data
constexpr std::size_t entry_size = 16;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

/// One of a package file's two headers: its entries and its data. Nothing where there is none, or a larger one than
/// librpm reads.
struct RawHeader {
  std::string entries, data;
};
std::optional<RawHeader> read_raw_header(std::FILE& file) {
  constexpr std::size_t most_entries = 0xffff;
  constexpr std::size_t most_data = 0x0fffffff;
  const auto take = [&](std::size_t size) {
    std::string bytes(size, '\0');
    bytes.resize(std::fread(bytes.data(), 1, size, &file));
    return bytes;
  };
  const std::string intro = take(intro_size);
  if (intro.size() < intro_size || !intro.starts_with("\x8e\xad\xe8")) return std::nullopt;
  const std::size_t entries = number_at(intro, 8);
  const std::size_t data = number_at(intro, 12);
  if (entries > most_entries || data > most_data) return std::nullopt;
  RawHeader header{take(entries * entry_size), take(data)};
  if (header.entries.size() < entries * entry_size || header.data.size() < data) return std::nullopt;
  return header;
}

/// A text of the header that is a rich dependency and too long; empty: there is none.
/// Error: entries that share their bytes, so that looking through them could take as long as their maker likes.
std::string long_dependency(const RawHeader& header) {
  std::size_t seen = 0;
  for (std::size_t entry = 0; entry < header.entries.size(); entry += entry_size) {
    const std::uint32_t tag = number_at(header.entries, entry);
    if (std::find(dependency_tags.begin(), dependency_tags.end(), tag) == dependency_tags.end()) continue;
    std::size_t at = number_at(header.entries, entry + 8);
    const std::uint32_t count = number_at(header.entries, entry + 12);
    for (std::uint32_t i = 0; i < count && at < header.data.size(); ++i) {
      const std::size_t end = std::min(header.data.find('\0', at), header.data.size());
      if (header.data[at] == '(' && end - at > longest_rich) return header.data.substr(at, quoted_characters + 1);
      seen += end + 1 - at;
      if (seen > header.data.size() + 1) throw Error("its header is damaged: dependencies share their bytes");
      at = end + 1;
    }
  }
  return {};
}

}  // namespace

void refuse_long_dependencies(const std::string& path) {
  const File file{std::fopen(path.c_str(), "re")};
  if (!file || std::fseek(file.get(), lead_size, SEEK_SET) != 0) return;
  const auto signatures = read_raw_header(*file);
  if (!signatures) return;
  constexpr std::size_t alignment = 8;
  const auto padding = static_cast<long>((alignment - signatures->data.size() % alignment) % alignment);
  if (std::fseek(file.get(), padding, SEEK_CUR) != 0) return;
  const auto header = read_raw_header(*file);
  if (!header) return;
  const std::string package = "package '" + path + "'";
  std::string text;
  try {
    text = long_dependency(*header);
  } catch (const Error& error) {
    throw error.within(package);
  }
  if (!text.empty()) throw Error(too_long(package, text), way_out);
}

namespace {

/// Clauses of a normal form, and the packages that they name.
struct Form {
  double clauses = 0, packages = 0;
};
Form sum(const Form& a, const Form& b) { return {a.clauses + b.clauses, a.packages + b.packages}; }
Form product(const Form& a, const Form& b) {
  return {a.clauses * b.clauses, a.clauses * b.packages + b.clauses * a.packages};
}

/// Both normal forms of a dependency: "all of (any of …)" and "any of (all of …)". Each is the other one's negation.
struct Forms {
  Form all_of, any_of;
};
Forms negated(const Forms& forms) { return {forms.any_of, forms.all_of}; }
Forms both(const Forms& a, const Forms& b) { return {sum(a.all_of, b.all_of), product(a.any_of, b.any_of)}; }
Forms either(const Forms& a, const Forms& b) { return {product(a.all_of, b.all_of), sum(a.any_of, b.any_of)}; }

/// Computes how large the forms come out, as libsolv makes them (its cplxdeps.c).
class FormSizes {
 public:
  /// `exact`: versions count; otherwise all that provide a name do, which needs no comparing.
  FormSizes(::Pool& pool, bool exact) : pool_(pool), exact_(exact), known_(static_cast<std::size_t>(pool.nrels)) {}

  Forms of(Id dep) {
    if (!ISRELDEP(dep)) return leaf(dep);
    std::optional<Forms>& known = known_.at(static_cast<std::size_t>(GETRELID(dep)));
    if (!known) known = of(dep, *GETRELDEP(&pool_, dep));
    return *known;
  }

 private:
  Forms of(Id dep, const ::Reldep rel) {
    switch (rel.flags) {
      case REL_AND: return both(of(rel.name), of(rel.evr));
      case REL_OR: return either(of(rel.name), of(rel.evr));
      case REL_COND: {
        const auto [condition, otherwise] = condition_of(rel.evr);
        const Forms holds = either(of(rel.name), negated(of(condition)));
        return otherwise == 0 ? holds : both(holds, either(of(otherwise), of(condition)));
      }
      case REL_UNLESS: {
        const auto [condition, otherwise] = condition_of(rel.evr);
        const Forms holds = both(of(rel.name), negated(of(condition)));
        return otherwise == 0 ? holds : either(holds, both(of(otherwise), of(condition)));
      }
      default: return leaf(dep);
    }
  }

  /// A condition, and what counts where it does not hold; 0: nothing.
  [[nodiscard]] std::pair<Id, Id> condition_of(Id dep) const {
    if (!ISRELDEP(dep)) return {dep, 0};
    const ::Reldep rel = *GETRELDEP(&pool_, dep);
    return rel.flags == REL_ELSE ? std::pair{rel.name, rel.evr} : std::pair{dep, 0};
  }

  Forms leaf(Id dep) {
    double count = 0;
    if (exact_) {
      count = static_cast<double>(providers(pool_, dep).size());
    } else {
      while (ISRELDEP(dep)) dep = GETRELDEP(&pool_, dep)->name;
      for (const Id* id = pool_.whatprovidesdata + pool_.whatprovides[dep]; *id != 0; ++id) ++count;
    }
    count = std::max(count, 1.0);
    return {{1, count}, {count, count}};
  }

  ::Pool& pool_;
  bool exact_;
  std::vector<std::optional<Forms>> known_;
};

bool is_large(const Form& form) { return form.packages > largest_form; }

/// Whether a form of any rich dependency in the pool is too large, by an estimate that is never too small.
bool may_have_large_forms(::Pool& pool) {
  FormSizes sizes(pool, false);
  for (int i = 1; i < pool.nrels; ++i) {
    const int flags = pool.rels[i].flags;
    if (flags != REL_AND && flags != REL_OR && flags != REL_COND && flags != REL_UNLESS) continue;
    const Forms forms = sizes.of(MAKERELDEP(i));
    if (is_large(forms.all_of) || is_large(forms.any_of)) return true;
  }
  return false;
}

}  // namespace

bool has_large_form(::Pool& pool, Id requirement) { return is_large(FormSizes(pool, true).of(requirement).all_of); }

void refuse_large_forms(::Pool& pool) {
  if (!may_have_large_forms(pool)) return;
  FormSizes sizes(pool, true);
  const auto check = [&](Id package, Id dep, const Form& form) {
    if (!is_large(form)) return;
    throw Error(std::string("repository '") + pool_id2solvable(&pool, package)->repo->name + "': package '" +
                    nevra_of(pool, package).str() + "': the dependency '" + shortened(dep_str(pool, dep)) +
                    "' is too intricate: written out, it names more than the " +
                    std::to_string(static_cast<std::uint64_t>(largest_form)) + " packages that are solved for",
                way_out);
  };
  for_each_package(pool, [&](Id package) {
    for (const Id kind : {SOLVABLE_REQUIRES, SOLVABLE_RECOMMENDS}) {
      for (const Id dep : dependencies(pool, package, kind)) check(package, dep, sizes.of(dep).all_of);
    }
    for (const Id kind : {SOLVABLE_CONFLICTS, SOLVABLE_SUPPLEMENTS}) {
      for (const Id dep : dependencies(pool, package, kind)) check(package, dep, sizes.of(dep).any_of);
    }
  });
}

}  // namespace rootlet::solv
