#pragma once

// libcomps's headers are plain C, though those they include are not; a field of theirs is named by a keyword of C++20.
#include <expat.h>
#include <libxml/parser.h>
#define requires requires_  // NOLINT(clang-diagnostic-keyword-macro)
extern "C" {
#include <libcomps/comps_doc.h>
#include <libcomps/comps_parse.h>
}
#undef requires

#include "base/lazy_library.hpp"

namespace rootlet::comps {

inline constinit LazyLibrary libcomps(ROOTLET_LIBCOMPS);

ROOTLET_LAZY(libcomps, comps_doc_environments);
ROOTLET_LAZY(libcomps, comps_doc_groups);
ROOTLET_LAZY(libcomps, comps_doc_union);
ROOTLET_LAZY(libcomps, comps_docenv_get_id);
ROOTLET_LAZY(libcomps, comps_docenv_get_name);
ROOTLET_LAZY(libcomps, comps_docgroup_get_id);
ROOTLET_LAZY(libcomps, comps_docgroup_get_name);
ROOTLET_LAZY(libcomps, comps_docgroupid_get_name);
ROOTLET_LAZY(libcomps, comps_docpackage_get_basearchonly);
ROOTLET_LAZY(libcomps, comps_docpackage_get_name);
ROOTLET_LAZY(libcomps, comps_docpackage_get_requires);
ROOTLET_LAZY(libcomps, comps_objdict_get);
ROOTLET_LAZY(libcomps, comps_object_destroy_v);
ROOTLET_LAZY(libcomps, comps_parse_parsed_create);
ROOTLET_LAZY(libcomps, comps_parse_parsed_destroy);
ROOTLET_LAZY(libcomps, comps_parse_parsed_init);
ROOTLET_LAZY(libcomps, comps_parse_str);

}  // namespace rootlet::comps
