#include "modulemd.hpp"

#include <algorithm>

#include "base/handle.hpp"
#include "base/text.hpp"
#include "libmodulemd.hpp"
#include "rootlet/error.hpp"

namespace rootlet::modules {
namespace {

using Index = Handle<ModulemdModuleIndex, g_object_unref>;
using Merger = Handle<ModulemdModuleIndexMerger, g_object_unref>;
using Failures = Handle<GPtrArray, g_ptr_array_unref>;
using GlibError = Handle<GError, g_error_free>;
using StringArray = Handle<gchar*, g_strfreev>;
using Table = Handle<GHashTable, g_hash_table_unref>;
using Strings = std::vector<std::string>;

std::string text(const char* value) { return value != nullptr ? value : ""; }

Strings strings(gchar** owned) {
  const StringArray array{owned};
  Strings out;
  for (gchar** item = array.get(); item != nullptr && *item != nullptr; ++item) out.emplace_back(*item);
  return out;
}

std::string one_line(const std::string& why) {
  std::string cause = printable(why);
  while (cause.ends_with('\n')) cause.pop_back();
  return cause;
}

[[noreturn]] void refuse(const MetadataFile& document, const std::string& why) {
  throw unreadable(document, one_line(why));
}

/// The value of a key that stands by itself in a line of a document's `data`; empty where there is none. Only for names
/// in messages: what libmodulemd does not accept it does not tell the name of.
std::string plain_value(const std::string& yaml, const std::string& key) {
  constexpr std::size_t longest = 100;
  const std::string beginning = "\n  " + key + ":";
  const std::size_t at = yaml.find(beginning);
  if (at == std::string::npos) return {};
  const std::size_t begin = yaml.find_first_not_of(" '\"", at + beginning.size());
  if (begin == std::string::npos) return {};
  const std::string value = yaml.substr(begin, yaml.find_first_of(" '\"\n", begin) - begin);
  return value.size() <= longest ? printable(value) : "";
}

/// A document within a file that libmodulemd does not accept.
PassedOver passed_over(std::size_t file, ModulemdSubdocumentInfo* failure) {
  const std::string yaml = text(modulemd_subdocument_info_get_yaml(failure));
  PassedOver one{file, plain_value(yaml, "name"), "it is not valid"};
  if (one.name.empty()) one.name = plain_value(yaml, "module");
  const std::string stream = plain_value(yaml, "stream");
  if (!one.name.empty() && !stream.empty()) one.name += ":" + stream;
  const GError* cause = modulemd_subdocument_info_get_gerror(failure);  // borrowed
  if (cause != nullptr) one.cause = one_line(text(cause->message));
  return one;
}

/// The index of one of the files; what it passes over goes into `facts`.
Index read(const MetadataFile& document, std::size_t file, Facts& facts) {
  Index index{modulemd_module_index_new()};
  GPtrArray* raw_failures = nullptr;
  GError* raw_error = nullptr;
  // Keys that libmodulemd does not know are passed over, as DNF does.
  const gboolean good =
      modulemd_module_index_update_from_file(index.get(), document.path.c_str(), FALSE, &raw_failures, &raw_error);
  const Failures failures{raw_failures};
  const GlibError error{raw_error};
  if (error) refuse(document, error->message);
  const guint count = failures ? failures->len : 0;
  if (good == FALSE && count == 0) refuse(document, "it holds a document that is not valid");
  for (guint i = 0; i < count; ++i) {
    auto* failure = static_cast<ModulemdSubdocumentInfo*>(g_ptr_array_index(failures.get(), i));
    facts.passed_over.push_back(passed_over(file, failure));
  }
  return index;
}

/// The indices as one, in the versions of the formats that DNF looks at; null where they contradict each other.
Index merge(const std::vector<ModulemdModuleIndex*>& indices) {
  const Merger merger{modulemd_module_index_merger_new()};
  for (ModulemdModuleIndex* index : indices) modulemd_module_index_merger_associate_index(merger.get(), index, 0);
  GError* raw = nullptr;
  Index merged{modulemd_module_index_merger_resolve(merger.get(), &raw)};
  GlibError error{raw};
  if (!merged) return nullptr;
  raw = nullptr;
  const bool good = modulemd_module_index_upgrade_defaults(merged.get(), MD_DEFAULTS_VERSION_ONE, &raw) != FALSE &&
                    modulemd_module_index_upgrade_streams(merged.get(), MD_MODULESTREAM_VERSION_TWO, &raw) != FALSE;
  error.reset(raw);
  return good ? std::move(merged) : nullptr;
}

std::vector<StreamRequirement> requirements_of(ModulemdModuleStreamV2* stream) {
  std::vector<StreamRequirement> out;
  const GPtrArray* all = modulemd_module_stream_v2_get_dependencies(stream);  // borrowed
  for (guint i = 0; all != nullptr && i < all->len; ++i) {
    auto* one = static_cast<ModulemdDependencies*>(g_ptr_array_index(all, i));
    for (const std::string& module : strings(modulemd_dependencies_get_runtime_modules_as_strv(one))) {
      out.push_back({module, strings(modulemd_dependencies_get_runtime_streams_as_strv(one, module.c_str()))});
    }
  }
  return out;
}

/// Source packages are neither installed nor do they hide anything that could be.
Strings binary_artifacts(ModulemdModuleStreamV2* stream) {
  Strings artifacts = strings(modulemd_module_stream_v2_get_rpm_artifacts_as_strv(stream));
  std::erase_if(artifacts, [](const std::string& a) { return a.ends_with(".src") || a.ends_with(".nosrc"); });
  return artifacts;
}

Build build_of(ModulemdModuleStream* any) {
  auto* stream = as<ModulemdModuleStreamV2>(any, modulemd_module_stream_v2_get_type());
  Build build;
  build.module = text(modulemd_module_stream_get_module_name(any));
  build.stream = text(modulemd_module_stream_get_stream_name(any));
  build.version = modulemd_module_stream_get_version(any);
  build.context = text(modulemd_module_stream_get_context(any));
  build.arch = text(modulemd_module_stream_get_arch(any));
  build.requirements = requirements_of(stream);
  build.artifacts = binary_artifacts(stream);
  build.demodularized = strings(modulemd_module_stream_v2_get_demodularized_rpms(stream));
  for (const std::string& name : strings(modulemd_module_stream_v2_get_profile_names_as_strv(stream))) {
    ModulemdProfile* profile = modulemd_module_stream_v2_get_profile(stream, name.c_str());  // borrowed
    build.profiles[name] = strings(modulemd_profile_get_rpms_as_strv(profile));
  }
  return build;
}

/// The requirements but for the platform, as one text: what tells the contexts of one stream apart.
std::string signature(const Build& build) {
  Strings parts;
  for (const StreamRequirement& requirement : build.requirements) {
    if (requirement.module == "platform") continue;
    Strings streams = requirement.streams;
    std::sort(streams.begin(), streams.end());
    parts.push_back(requirement.module + (streams.empty() ? "" : ":[" + join(streams, ",") + "]"));
  }
  std::sort(parts.begin(), parts.end());
  return join(parts, ";");
}

/// Streams whose contexts carry a meaning keep them; the contexts of others are random, and their requirements stand
/// for them. Those with a meaning come first.
void add_builds(Facts& facts, const std::vector<ModulemdModuleIndex*>& indices) {
  std::vector<Build> rest;
  std::map<std::pair<std::string, std::string>, std::string> named;  // (stream, requirements) -> context
  for (ModulemdModuleIndex* index : indices) {
    for (const std::string& name : strings(modulemd_module_index_get_module_names_as_strv(index))) {
      ModulemdModule* module = modulemd_module_index_get_module(index, name.c_str());  // borrowed
      const GPtrArray* streams = modulemd_module_get_all_streams(module);              // borrowed
      for (guint i = 0; i < streams->len; ++i) {
        auto* any = static_cast<ModulemdModuleStream*>(g_ptr_array_index(streams, i));
        auto* stream = as<ModulemdModuleStreamV2>(any, modulemd_module_stream_v2_get_type());
        if (stream == nullptr) continue;
        Build build = build_of(any);
        if (modulemd_module_stream_v2_is_static_context(stream) == FALSE) {
          rest.push_back(std::move(build));
          continue;
        }
        build.family = build.context;
        named.emplace(std::pair(build.name_stream(), signature(build)), build.context);
        facts.builds.push_back(std::move(build));
      }
    }
  }
  for (Build& build : rest) {
    build.family = signature(build);
    const auto found = named.find({build.name_stream(), build.family});
    if (found != named.end()) build.family = found->second;
    if (build.family.empty()) build.family = found != named.end() ? build.context : "NoRequires";
    facts.builds.push_back(std::move(build));
  }
}

void add_defaults(Facts& facts, ModulemdModuleIndex* index) {
  const Table streams{modulemd_module_index_get_default_streams_as_hash_table(index, nullptr)};
  for (const std::string& name : strings(modulemd_module_index_get_module_names_as_strv(index))) {
    Defaults defaults;
    defaults.stream = text(static_cast<const char*>(g_hash_table_lookup(streams.get(), name.c_str())));
    ModulemdModule* module = modulemd_module_index_get_module(index, name.c_str());  // borrowed
    ModulemdDefaults* known = modulemd_module_get_defaults(module);                  // borrowed
    if (auto* v1 = as<ModulemdDefaultsV1>(known, modulemd_defaults_v1_get_type())) {
      for (const std::string& stream :
           strings(modulemd_defaults_v1_get_streams_with_default_profiles_as_strv(v1, nullptr))) {
        defaults.profiles[stream] =
            strings(modulemd_defaults_v1_get_default_profiles_for_stream_as_strv(v1, stream.c_str(), nullptr));
      }
    }
    if (defaults != Defaults{}) facts.defaults[name] = std::move(defaults);
  }
}

}  // namespace

Error unreadable(const MetadataFile& document, const std::string& cause) {
  return Error("cannot read the modules of '" + document.path.string() + "': " + cause,
               "the repository's metadata is damaged: ask who publishes it");
}

Facts parse_documents(const std::vector<MetadataFile>& documents) {
  Facts facts;
  std::vector<Index> raw;
  std::vector<Index> upgraded;
  std::vector<ModulemdModuleIndex*> each;
  std::vector<ModulemdModuleIndex*> together;
  for (const MetadataFile& document : documents) {
    raw.push_back(read(document, raw.size(), facts));
    together.push_back(raw.back().get());
    upgraded.push_back(merge({raw.back().get()}));
    if (!upgraded.back()) refuse(document, "its documents contradict each other");
    each.push_back(upgraded.back().get());
  }
  add_builds(facts, each);
  // Where the repositories' defaults contradict each other there are none, as in DNF.
  if (const Index merged = merge(together)) add_defaults(facts, merged.get());
  return facts;
}

}  // namespace rootlet::modules
