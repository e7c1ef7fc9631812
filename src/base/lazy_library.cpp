#include "base/lazy_library.hpp"

#include <dlfcn.h>

#include <string>

#include "rootlet/error.hpp"

namespace rootlet {

void* LazyLibrary::address(const char* name) {
  void* handle = handle_.load(std::memory_order_acquire);
  if (handle == nullptr) {
    handle = dlopen(file_, RTLD_LAZY | RTLD_LOCAL);  // threads that do so at once get the same
    if (handle == nullptr) {
      const std::string package = package_;
      throw Error(
          std::string("cannot load a library that this needs: ") + dlerror(),
          package.empty() ? std::string("install the package that has ") + file_ : "install the package " + package);
    }
    handle_.store(handle, std::memory_order_release);
  }
  void* found = dlsym(handle, name);
  if (found == nullptr) {
    throw Error(std::string(file_) + " is another version than rootlet was built with: it has no '" + name + "'",
                "install the version that rootlet was built with, or build rootlet anew");
  }
  return found;
}

}  // namespace rootlet
