#include "rootlet/modules/modules.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <modulemd.h>
#pragma GCC diagnostic pop

#include "rootlet/base/error.hpp"
#include "rootlet/base/handle.hpp"

namespace rootlet::modules {
namespace {

using Index = Handle<ModulemdModuleIndex, g_object_unref>;
using GlibError = Handle<GError, g_error_free>;
using Strings = Handle<gchar*, g_strfreev>;
using Table = Handle<GHashTable, g_hash_table_unref>;

Index read_documents(const std::vector<std::filesystem::path>& documents) {
  Index index{modulemd_module_index_new()};
  for (const auto& path : documents) {
    GPtrArray* failures = nullptr;
    GError* raw = nullptr;
    const gboolean good = modulemd_module_index_update_from_file(index.get(), path.c_str(), TRUE, &failures, &raw);
    const Handle<GPtrArray, g_ptr_array_unref> owned_failures{failures};
    const GlibError error{raw};
    if (good == FALSE) {
      throw Error("cannot read the modules of '" + path.string() +
                      "': " + (error ? error->message : "it holds a document that is not valid"),
                  "the repository's metadata is damaged: ask who publishes it");
    }
  }
  return index;
}

std::string default_stream(const Table& defaults, const char* module) {
  const auto* stream = static_cast<const char*>(g_hash_table_lookup(defaults.get(), module));
  return stream != nullptr ? stream : "";
}

}  // namespace

std::set<std::string> hidden_packages(const std::vector<std::filesystem::path>& documents) {
  const Index index = read_documents(documents);
  const Table defaults{modulemd_module_index_get_default_streams_as_hash_table(index.get(), nullptr)};
  const Strings names{modulemd_module_index_get_module_names_as_strv(index.get())};
  std::set<std::string> hidden;
  std::set<std::string> shown;
  for (gchar** name = names.get(); *name != nullptr; ++name) {
    const std::string preferred = default_stream(defaults, *name);
    ModulemdModule* module = modulemd_module_index_get_module(index.get(), *name);  // borrowed
    GPtrArray* streams = modulemd_module_get_all_streams(module);                   // borrowed
    for (guint i = 0; i < streams->len; ++i) {
      auto* stream = static_cast<ModulemdModuleStream*>(g_ptr_array_index(streams, i));
      if (!MODULEMD_IS_MODULE_STREAM_V2(stream)) continue;
      const char* stream_name = modulemd_module_stream_get_stream_name(stream);
      const bool is_default = stream_name != nullptr && preferred == stream_name;
      const Strings artifacts{modulemd_module_stream_v2_get_rpm_artifacts_as_strv(MODULEMD_MODULE_STREAM_V2(stream))};
      for (gchar** artifact = artifacts.get(); *artifact != nullptr; ++artifact) {
        (is_default ? shown : hidden).insert(*artifact);
      }
    }
  }
  for (const std::string& nevra : shown) hidden.erase(nevra);
  return hidden;
}

}  // namespace rootlet::modules
