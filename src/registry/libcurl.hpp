#pragma once

#include <curl/curl.h>

#include "base/lazy_library.hpp"

// Macros of the same names, which only count arguments.
#undef curl_easy_getinfo
#undef curl_easy_setopt

namespace rootlet::registry {

inline constinit LazyLibrary libcurl(ROOTLET_LIBCURL);

ROOTLET_LAZY(libcurl, curl_easy_cleanup);
ROOTLET_LAZY(libcurl, curl_easy_getinfo);
ROOTLET_LAZY(libcurl, curl_easy_init);
ROOTLET_LAZY(libcurl, curl_easy_perform);
ROOTLET_LAZY(libcurl, curl_easy_reset);
ROOTLET_LAZY(libcurl, curl_easy_setopt);
ROOTLET_LAZY(libcurl, curl_easy_strerror);
ROOTLET_LAZY(libcurl, curl_global_init);
ROOTLET_LAZY(libcurl, curl_slist_append);
ROOTLET_LAZY(libcurl, curl_slist_free_all);

}  // namespace rootlet::registry
