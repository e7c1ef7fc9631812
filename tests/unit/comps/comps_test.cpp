#include "comps/comps.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

using namespace rootlet;
using comps::Comps;
using Strings = std::vector<std::string>;

namespace {

std::string group(const std::string& id, const std::string& name, const std::string& packages) {
  return "<group><id>" + id + "</id><name>" + name + "</name><packagelist>" + packages + "</packagelist></group>";
}

Comps parse(const std::vector<std::string>& documents) {
  std::vector<comps::Document> all;
  for (const std::string& xml : documents)
    all.push_back({"repo" + std::to_string(all.size()), "<comps>" + xml + "</comps>"});
  return comps::parse(all);
}

std::string shown(const comps::Group& group) {
  std::string out = group.id + " '" + group.name + "':";
  for (const comps::GroupPackage& package : group.packages) {
    out += " " + std::string(comps::type_name(package.type)) + " " + package.name;
    if (!package.condition.empty()) out += " if " + package.condition;
    if (package.basearchonly) out += " basearchonly";
  }
  return out;
}

std::string error_of(const std::string& xml) {
  try {
    const Comps all = comps::parse({{"base", xml}});
    if (!all.passed_over.empty()) return all.passed_over.front();
  } catch (const Error& error) {
    CHECK(error.hint() == "the repository's metadata is damaged: ask who publishes it");
    return error.what();
  }
  return "no error";
}

Strings found(const Comps& all, const std::string& text) {
  const comps::Found found = comps::find(all, text);
  Strings out;
  for (const std::size_t i : found.groups) out.push_back(all.groups[i].id);
  for (const std::size_t i : found.environments) out.push_back("^" + all.environments[i].id);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("groups have packages of four types, with conditions") {
  const Comps all = parse({group("core", "Core",
                                 "<packagereq type=\"mandatory\" basearchonly=\"true\">bash</packagereq>"
                                 "<packagereq type=\"default\">sed</packagereq>"
                                 "<packagereq type=\"optional\">awk</packagereq>"
                                 "<packagereq type=\"conditional\" requires=\"x\">y</packagereq>"
                                 "<packagereq>plain</packagereq><packagereq type=\"odd\">strange</packagereq>")});
  REQUIRE(all.groups.size() == 1);
  CHECK(shown(all.groups[0]) ==
        "core 'Core': mandatory bash basearchonly default sed optional awk conditional y if x mandatory plain unknown "
        "strange");
}

TEST_CASE("groups of the same id in several repositories become one") {
  const Comps all =
      parse({group("core", "Core", "<packagereq type=\"mandatory\">bash</packagereq>"),
             group("core", "Core", "<packagereq type=\"default\">sed</packagereq>") + group("web", "Web", "")});
  REQUIRE(all.groups.size() == 2);
  CHECK(shown(all.groups[0]) == "core 'Core': mandatory bash default sed");
  CHECK(shown(all.groups[1]) == "web 'Web':");
}

TEST_CASE("groups and environments are found by id, name and glob, exact ones first") {
  const Comps all =
      parse({group("core", "Core", "") + group("core-x", "CORE", "") +
             "<group><id>t</id><name>Tools</name><name xml:lang=\"C\">Kern</name>"
             "<name xml:lang=\"de\">Werkzeug</name></group>"
             "<environment><id>core-env</id><name>Core</name><grouplist><groupid>core</groupid>"
             "<groupid>nope</groupid></grouplist><optionlist><groupid>t</groupid></optionlist></environment>"});
  CHECK(found(all, "core") == Strings{"^core-env", "core"});  // by id; by name without its case, as a glob
  CHECK(found(all, "Core") == Strings{"^core-env", "core"});
  CHECK(found(all, "CORE") == Strings{"^core-env", "core-x"});
  CHECK(found(all, "c*-?") == Strings{"core-x"});
  CHECK(found(all, "c*") == Strings{"^core-env", "core", "core-x"});
  CHECK(found(all, "KERN") == Strings{"t"});
  CHECK(found(all, "werkzeug").empty());
  CHECK(found(all, "^core-env").empty());
  std::vector<std::string> missing;
  const auto wanted = comps::groups_of(all, comps::find(all, "core-env"), missing);
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].group->id == "core");
  CHECK(wanted[0].environment->name == "Core");
  CHECK(missing == Strings{"the environment 'Core' names the group 'nope', which no repository has"});
}

TEST_CASE("a damaged comps document is passed over, its place named") {
  CHECK(error_of("<comps><group>") == "repository 'base': cannot parse the groups: line 1: no element found");
  CHECK(error_of("<comps>\n</group>") == "repository 'base': cannot parse the groups: line 2: mismatched tag");
  CHECK(error_of("") == "repository 'base': cannot parse the groups: line 1: no element found");
  CHECK(error_of(std::string("<comps>\0</comps>", 16)) ==
        "repository 'base': cannot parse the groups: it holds a null character");
}

TEST_CASE("a comps document that libcomps crashes on is an error") {
  CHECK(error_of("<!DOCTYPE comps PUBLIC \"a\" \"b\">").starts_with("repository 'base': cannot parse the groups: "));
  CHECK(comps::parse({}).groups.empty());
}

TEST_CASE("odd comps documents are survived") {
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<group>";
  CHECK(error_of("<comps>" + deep).starts_with("repository 'base': cannot parse the groups: "));
  std::string laughs = "<!DOCTYPE comps [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 40; ++i) {
    laughs +=
        "<!ENTITY a" + std::to_string(i) + " \"&a" + std::to_string(i - 1) + ";&a" + std::to_string(i - 1) + ";\">";
  }
  static_cast<void>(error_of(laughs + "]><comps><group><id>&a39;</id></group></comps>"));
  for (const char* xml : {"<other/>", "<comps><packagereq>x</packagereq></comps>", "<comps><group/></comps>",
                          "<comps><group><packagelist><packagereq/></packagelist></group></comps>",
                          "<comps><environment/><environment><grouplist/></environment></comps>",
                          "<comps><id>x</id></comps>", "<comps><group><id/><name/></group><group><id/></group></comps>",
                          "<comps><environment><grouplist><groupid/></grouplist></environment></comps>"}) {
    INFO(xml);
    static_cast<void>(error_of(xml));
  }
}
