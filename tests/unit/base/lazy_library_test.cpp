#include "base/lazy_library.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>

#include "rootlet/error.hpp"

using namespace rootlet;

namespace lazy {
namespace {

constinit LazyLibrary libm("libm.so.6", "libc6");
constinit LazyLibrary missing("librootlet-missing.so.7", "librootlet7");
constinit LazyLibrary of_nobody("librootlet-nobody.so.7", "");
ROOTLET_LAZY(libm, lgamma_r);
ROOTLET_LAZY(libm, snprintf);  // of a library that it is linked with
ROOTLET_LAZY(libm, getpid);
ROOTLET_LAZY(missing, getppid);

std::string problem(auto work) {
  try {
    work();
  } catch (const Error& error) {
    return std::string(error.what()) + "|" + error.hint();
  }
  return "none";
}

}  // namespace

TEST_CASE("functions of a library that is loaded when they are called do what they do") {
  int sign = 0;
  CHECK(lgamma_r(-0.5, &sign) == Approx(1.2655121));
  CHECK(sign == -1);
  char text[20];
  CHECK(snprintf(text, sizeof text, "%s %d %.1f", "a", 7, 0.5) == 7);
  CHECK(std::string(text) == "a 7 0.5");
  CHECK(getpid() == ::getpid());
}

TEST_CASE("a library that is not there, or lacks a function, is named") {
  CHECK(problem([] { getppid(); }) ==
        "cannot load a library that this needs: librootlet-missing.so.7: cannot open shared object file: No such file "
        "or directory|install the package librootlet7");
  CHECK(problem([] { of_nobody.address("x"); }) ==
        "cannot load a library that this needs: librootlet-nobody.so.7: cannot open shared object file: No such file "
        "or directory|install the package that has librootlet-nobody.so.7");
  CHECK(problem([] { libm.address("rootlet_missing"); }) ==
        "libm.so.6 is another version than rootlet was built with: it has no 'rootlet_missing'|install the version "
        "that rootlet was built with, or build rootlet anew");
}

}  // namespace lazy
