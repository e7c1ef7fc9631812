#include "choice.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

constexpr std::size_t shown_digits = 12;  // as docker and podman show them

std::optional<std::size_t> place_in(const std::string& tag) {
  if (tag.size() < 2 || tag.front() != '@') return std::nullopt;
  std::size_t place = 0;
  const char* const last = tag.data() + tag.size();
  const auto [end, error] = std::from_chars(tag.data() + 1, last, place);
  return error == std::errc() && end == last ? std::optional(place) : std::nullopt;
}

template <class Fits>
std::vector<std::size_t> places_where(const std::vector<Called>& images, Fits fits) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (fits(images[i])) places.push_back(i);
  }
  return places;
}

std::vector<std::size_t> by_digest(const std::vector<Called>& images, const std::string& tag) {
  std::set<std::string> digests;
  std::vector<std::size_t> places = places_where(images, [&](const Called& image) {
    const auto found = std::find_if(image.digests.begin(), image.digests.end(),
                                    [&](const std::string& digest) { return begins_digest(digest, tag); });
    if (found != image.digests.end()) digests.insert(*found);
    return found != image.digests.end();
  });
  if (digests.size() > 1) {
    throw usage_error("the digests of several images begin with '" + printable(tag) + "'", "give more of its digits");
  }
  return places;
}

std::string listed_names(const std::vector<Called>& images, const std::vector<std::size_t>& places) {
  std::vector<std::string> shown;
  for (const std::size_t place : places) shown.push_back(shown_name(images[place], place));
  std::sort(shown.begin(), shown.end());
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  return join(shown, ", ");
}

}  // namespace

bool has_tag(const std::string& name, const std::string& tag) {
  const std::size_t colon = name.rfind(':');
  return name == tag || (colon != std::string::npos && name.find('/', colon) == std::string::npos &&
                         std::string_view(name).substr(colon + 1) == tag);
}

bool begins_digest(const std::string& digest, const std::string& wanted) {
  const std::size_t colon = wanted.find(':');
  const std::string digits = colon == std::string::npos ? wanted : wanted.substr(colon + 1);
  if (digits.size() < 6 || digits.find_first_not_of("0123456789abcdef") != std::string::npos) return false;
  return colon != std::string::npos ? digest.starts_with(wanted)
                                    : std::string_view(digest).substr(digest.find(':') + 1).starts_with(wanted);
}

std::string shown_place(const Called& image, std::size_t place) {
  std::string text = "@" + std::to_string(place);
  if (image.digests.empty()) return text;
  const std::string& digest = image.digests.front();
  return text + " (" + printable(digest.substr(0, digest.find(':') + 1 + shown_digits)) + ")";
}

std::string shown_name(const Called& image, std::size_t place) {
  return image.names.empty() ? shown_place(image, place) : "'" + printable(image.names.front()) + "'";
}

void no_such_image(const std::vector<Called>& images, const std::string& tag) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images[i].names.empty()) shown.push_back(shown_place(images[i], i));
    for (const std::string& name : images[i].names) shown.push_back("'" + printable(name) + "'");
  }
  std::sort(shown.begin(), shown.end());
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  throw usage_error("it has no image called '" + printable(tag) + "'", "it has " + join(shown, ", "));
}

void several_images(const std::string& shown) {
  throw usage_error("it has several images: " + shown,
                    "choose one of them with --tag: by its name, its place (@1) or its digest");
}

std::vector<std::size_t> chosen_by_tag(const std::vector<Called>& images, const std::string& tag) {
  if (tag.empty()) {
    std::vector<std::size_t> all = places_where(images, [](const Called&) { return true; });
    const bool same = std::all_of(images.begin(), images.end(), [&](const Called& image) {
      return image.names.empty() == images.front().names.empty() &&
             (image.names.empty() || image.names.front() == images.front().names.front());
    });
    if (!same) several_images(listed_names(images, all));
    return all;
  }
  std::vector<std::size_t> named = places_where(images, [&](const Called& image) {
    return std::any_of(image.names.begin(), image.names.end(),
                       [&](const std::string& name) { return has_tag(name, tag); });
  });
  std::set<std::string> names;
  for (const std::size_t place : named) names.insert(images[place].names.front());
  if (names.size() > 1) several_images(listed_names(images, named));
  if (!named.empty()) return named;
  const auto place = place_in(tag);
  if (place && *place < images.size()) return {*place};
  return by_digest(images, tag);
}

}  // namespace rootlet::image
