#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "client.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::registry {

/// A piece of work for one of several threads; `at` is to be told how many bytes of it are done.
using Piece = std::function<void(std::size_t which, Client& client, const std::function<void(std::uint64_t)>& at)>;

/// Does as many pieces as there are sizes (bytes), four at once, each thread with a client of its own, as one task of
/// `progress`. Error: of the first that failed, once all that run have ended; no more are begun then.
void do_all(std::string_view task, const std::vector<std::uint64_t>& sizes, const Client& client, const Piece& piece,
            Progress& progress);

}  // namespace rootlet::registry
