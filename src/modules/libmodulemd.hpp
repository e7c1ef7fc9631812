#pragma once

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <modulemd.h>
#pragma GCC diagnostic pop

#include "base/lazy_library.hpp"

namespace rootlet::modules {

// With GLib, which it is linked with.
inline constinit LazyLibrary libmodulemd(ROOTLET_LIBMODULEMD);

ROOTLET_LAZY(libmodulemd, g_error_free);
ROOTLET_LAZY(libmodulemd, g_hash_table_lookup);
ROOTLET_LAZY(libmodulemd, g_hash_table_unref);
ROOTLET_LAZY(libmodulemd, g_ptr_array_unref);
ROOTLET_LAZY(libmodulemd, g_strfreev);
ROOTLET_LAZY(libmodulemd, g_object_unref);
ROOTLET_LAZY(libmodulemd, g_type_check_instance_is_a);
ROOTLET_LAZY(libmodulemd, modulemd_defaults_v1_get_default_profiles_for_stream_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_defaults_v1_get_streams_with_default_profiles_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_defaults_v1_get_type);
ROOTLET_LAZY(libmodulemd, modulemd_dependencies_get_runtime_modules_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_dependencies_get_runtime_streams_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_module_get_all_streams);
ROOTLET_LAZY(libmodulemd, modulemd_module_get_defaults);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_get_default_streams_as_hash_table);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_get_module);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_get_module_names_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_merger_associate_index);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_merger_new);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_merger_resolve);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_new);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_update_from_file);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_upgrade_defaults);
ROOTLET_LAZY(libmodulemd, modulemd_module_index_upgrade_streams);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_get_arch);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_get_context);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_get_module_name);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_get_stream_name);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_get_version);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_v2_get_demodularized_rpms);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_v2_get_dependencies);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_v2_get_profile);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_v2_get_profile_names_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_v2_get_rpm_artifacts_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_v2_get_type);
ROOTLET_LAZY(libmodulemd, modulemd_module_stream_v2_is_static_context);
ROOTLET_LAZY(libmodulemd, modulemd_profile_get_rpms_as_strv);
ROOTLET_LAZY(libmodulemd, modulemd_subdocument_info_get_gerror);
ROOTLET_LAZY(libmodulemd, modulemd_subdocument_info_get_yaml);

/// An object as one of a type; null: it is none. GLib's macros for that would link the library.
template <class T, class Object>
T* as(Object* object, GType type) {
  void* any = object;
  return g_type_check_instance_is_a(static_cast<GTypeInstance*>(any), type) != FALSE ? static_cast<T*>(any) : nullptr;
}

}  // namespace rootlet::modules
