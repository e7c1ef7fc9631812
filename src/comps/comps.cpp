#include "documents.hpp"

#include "base/handle.hpp"
#include "base/text.hpp"
#include "libcomps.hpp"
#include "rootlet/error.hpp"

namespace rootlet::comps {
namespace {

void destroy(void* object) noexcept { comps_object_destroy_v(object); }

template <class T>
using Object = Handle<T, destroy>;
using Parsed = Handle<COMPS_Parsed, comps_parse_parsed_destroy>;

/// The text of a string that a getter has given us a reference of.
std::string take_text(COMPS_Object* owned) {
  const Object<COMPS_Object> object{owned};
  const auto* string = reinterpret_cast<const COMPS_Str*>(owned);
  return string != nullptr && string->val != nullptr ? string->val : "";
}

bool take_flag(COMPS_Object* owned) {
  const Object<COMPS_Object> object{owned};
  return owned != nullptr && reinterpret_cast<const COMPS_Num*>(owned)->val != 0;
}

/// Visits the objects of a list, which stays the caller's.
template <class T, class Visit>
void for_each(const COMPS_ObjList* list, Visit visit) {
  for (const COMPS_ObjListIt* it = list != nullptr ? list->first : nullptr; it != nullptr; it = it->next) {
    visit(reinterpret_cast<T*>(it->comps_obj));
  }
}

std::string name_in_c(COMPS_ObjDict* names) {
  char key[] = "C";
  return names != nullptr ? take_text(comps_objdict_get(names, key)) : "";
}

/// The document that a parser has made; null where it has not.
Object<COMPS_Doc> take_document(COMPS_Parsed& parsed) {
  Object<COMPS_Doc> doc{parsed.comps_doc};
  parsed.comps_doc = nullptr;
  return doc;
}

std::string first_error(const COMPS_Parsed& parsed) {
  for (const COMPS_HSListItem* it = parsed.log->entries->first; it != nullptr; it = it->next) {
    auto* entry = static_cast<COMPS_LogEntry*>(it->data);
    if (entry->code != COMPS_ERR_PARSER || entry->arg_count < 3) continue;
    const auto number = [&](int i) { return reinterpret_cast<const COMPS_Num*>(entry->args[i])->val; };
    const auto* cause = reinterpret_cast<const COMPS_Str*>(entry->args[2]);
    return "line " + std::to_string(number(0)) + ": " + (cause->val != nullptr ? cause->val : "not well-formed");
  }
  return "not well-formed";
}

/// Null where the document is malformed, with the cause.
Object<COMPS_Doc> read(const Document& document, std::string& problem) {
  const auto refuse = [&](const std::string& cause) {
    problem = "repository '" + document.repo + "': cannot parse the groups: " + printable(cause);
    return nullptr;
  };
  if (document.xml.find('\0') != std::string::npos) return refuse("it holds a null character");
  const Parsed parsed{comps_parse_parsed_create()};
  if (!parsed || comps_parse_parsed_init(parsed.get(), "UTF-8", 0) == 0) throw Error("libcomps cannot be used");
  std::string xml = document.xml;
  const bool fatal = comps_parse_str(parsed.get(), xml.data(), nullptr) < 0;
  Object<COMPS_Doc> doc = take_document(*parsed);
  if (fatal) return refuse(first_error(*parsed));
  if (!doc) return refuse("it is no comps document");
  return doc;
}

PackageType type_of(COMPS_PackageType type) noexcept {
  switch (type) {
    case COMPS_PACKAGE_MANDATORY: return PackageType::mandatory;
    case COMPS_PACKAGE_DEFAULT: return PackageType::default_;
    case COMPS_PACKAGE_OPTIONAL: return PackageType::optional;
    case COMPS_PACKAGE_CONDITIONAL: return PackageType::conditional;
    default: return PackageType::unknown;
  }
}

Group group_of(COMPS_DocGroup* from) {
  Group group{take_text(comps_docgroup_get_id(from)),
              take_text(comps_docgroup_get_name(from)),
              name_in_c(from->name_by_lang),
              {}};
  for_each<COMPS_DocGroupPackage>(from->packages, [&](COMPS_DocGroupPackage* package) {
    group.packages.push_back({take_text(comps_docpackage_get_name(package)), type_of(package->type),
                              take_text(comps_docpackage_get_requires(package)),
                              take_flag(comps_docpackage_get_basearchonly(package))});
  });
  return group;
}

std::vector<std::string> ids_of(const COMPS_ObjList* list) {
  std::vector<std::string> ids;
  for_each<COMPS_DocGroupId>(list,
                             [&](COMPS_DocGroupId* id) { ids.push_back(take_text(comps_docgroupid_get_name(id))); });
  return ids;
}

EnvironmentGroup environment_of(COMPS_DocEnv* from) {
  return {take_text(comps_docenv_get_id(from)), take_text(comps_docenv_get_name(from)), name_in_c(from->name_by_lang),
          ids_of(from->group_list), ids_of(from->option_list)};
}

}  // namespace

std::string_view type_name(PackageType type) noexcept {
  switch (type) {
    case PackageType::mandatory: return "mandatory";
    case PackageType::default_: return "default";
    case PackageType::optional: return "optional";
    case PackageType::conditional: return "conditional";
    case PackageType::unknown: break;
  }
  return "unknown";
}

Comps parse_documents(const std::vector<Document>& documents) {
  Comps comps;
  Object<COMPS_Doc> all;
  for (const Document& document : documents) {
    std::string problem;
    Object<COMPS_Doc> one = read(document, problem);
    if (!one) {
      comps.passed_over.push_back(problem);
      continue;
    }
    // One document is merged, too: with an empty one. That joins the groups of one id that it may have twice.
    if (!all) {
      const Document nothing{document.repo, "<comps></comps>"};
      all = read(nothing, problem);
    }
    all.reset(comps_doc_union(all.get(), one.get()));
  }
  if (!all) return comps;
  const Object<COMPS_ObjList> groups{comps_doc_groups(all.get())};
  const Object<COMPS_ObjList> environments{comps_doc_environments(all.get())};
  for_each<COMPS_DocGroup>(groups.get(), [&](COMPS_DocGroup* group) { comps.groups.push_back(group_of(group)); });
  for_each<COMPS_DocEnv>(environments.get(),
                         [&](COMPS_DocEnv* environment) { comps.environments.push_back(environment_of(environment)); });
  return comps;
}

}  // namespace rootlet::comps
