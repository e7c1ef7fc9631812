#pragma once

#include <memory>

namespace rootlet {

/// Calls a C library's free function (base/lazy_library.hpp: or what stands for it), so that a handle is owned on the
/// line that creates it: `Handle<Pool, pool_free> pool{pool_create()};`
template <auto& Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

template <class T, auto& Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

}  // namespace rootlet
