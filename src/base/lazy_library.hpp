#pragma once

#include <atomic>

namespace rootlet {

/// A shared library that is loaded when something of it is first asked for. rootlet is made of many, which bring many
/// more, and most commands need few of them: loading all takes longer than most commands do.
class LazyLibrary {
 public:
  /// `file`: as dlopen(3) takes it. `package`: which package of the distribution has it; empty: not known. Both stay
  /// the caller's.
  constexpr LazyLibrary(const char* file, const char* package) noexcept : file_(file), package_(package) {}

  /// Address of a function or an object, of the library itself or of one that it is linked with. Errors: the library
  /// cannot be loaded, or has no such name.
  void* address(const char* name);

 private:
  const char* file_;
  const char* package_;
  std::atomic<void*> handle_{nullptr};
};

/// A function of such a library, called as what it stands for. ROOTLET_LAZY declares it.
template <class Signature>
class LazyFunction {
 public:
  constexpr LazyFunction(LazyLibrary& library, const char* name) noexcept : library_(library), name_(name) {}

  // NOLINTNEXTLINE(google-explicit-constructor): as the name of a function does
  operator Signature*() const {
    void* known = address_.load(std::memory_order_acquire);
    if (known == nullptr) {
      known = library_.address(name_);
      address_.store(known, std::memory_order_release);
    }
    return reinterpret_cast<Signature*>(known);
  }

 private:
  LazyLibrary& library_;
  const char* name_;
  mutable std::atomic<void*> address_{nullptr};
};

}  // namespace rootlet

/// Declares a function under its own name in the namespace that this stands in, where the name then means this one.
/// Attributes of its type, such as that of a result that must be used, are lost.
// clang-format off
#define ROOTLET_LAZY(library, name) \
  _Pragma("GCC diagnostic push") \
  _Pragma("GCC diagnostic ignored \"-Wignored-attributes\"") \
  inline constinit rootlet::LazyFunction<decltype(::name)> name(library, #name); \
  _Pragma("GCC diagnostic pop") \
  static_assert(true)
// clang-format on
