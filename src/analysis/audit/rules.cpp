#include <algorithm>
#include <array>

#include "rootlet/audit.hpp"

namespace rootlet::analysis {
namespace {

using enum Severity;

constexpr std::array<AuditRule, 43> rules{{
    {"changed-content", error, "Files with other content than their packages gave them",
     "Reinstall the package, or ship the file by other means and accept the finding with the reason."},
    {"changed-type", error, "Files of another type than their packages made them", "Reinstall the package."},
    {"conflicting-packages", error, "Packages that conflict with each other",
     "Remove one of the two: no package manager would have installed both, and none can change the root now."},
    {"missing-library", error, "Libraries that programs need and no file provides",
     "Install what provides the library, or remove the program that needs it."},
    {"private-key", error, "Private keys and credentials",
     "Everyone who has the image has it: remove it, renew it, and hand it to the container when it starts."},
    {"unknown-user", error, "The image runs as a user that it does not have",
     "Create the user, or set the image's user by number."},
    {"unmet-requirement", error, "Requirements that no package meets",
     "Install what provides it, or remove the package that requires it."},
    {"changed-capability", warning, "Files with other capabilities than their packages gave them",
     "Reinstall the package; tools that copy files often lose capabilities."},
    {"changed-link", warning, "Symbolic links that lead elsewhere than their packages made them",
     "Reinstall the package, or accept the finding with the reason."},
    {"changed-mode", warning, "Files with other permissions than their packages gave them",
     "Restore them (rpm --setperms), or accept the finding with the reason."},
    {"changed-owner", warning, "Files with another owner or group than their packages gave them",
     "Restore it (rpm --setugids), or accept the finding with the reason."},
    {"compiler", warning, "Compilers and their tools",
     "Build in another stage: at run time they only help whoever breaks in."},
    {"covered-link", warning,
     "Links and files of lower layers that an upper layer hides or not, depending on the runtime",
     "Build the upper layer on its base image, or let it bring its files where the link leads."},
    {"dangling-link", warning, "Symbolic links that lead nowhere", "Remove the link, or bring back what it leads to."},
    {"duplicate-package", warning, "Packages that are installed in several versions",
     "Remove the older one (dnf remove --duplicates): an update was interrupted, or forced."},
    {"hidden-packages", warning, "Packages that a scanner does not see",
     "Keep the database where the distribution has it (rpmdb: auto), or name the packages for scanners (rpmdb: "
     "manifest)."},
    {"history", warning, "Histories of shells and tools", "Remove it: what was typed once may hold secrets."},
    {"missing-file", warning, "Files of packages that are missing",
     "Reinstall the package. To leave files out, install without them (docs, langs), so that the database knows."},
    {"no-os-release", warning, "No os-release",
     "Install the distribution's release package: scanners tell by /etc/os-release which advisories concern the "
     "image."},
    {"obsoleted-package", warning, "Packages whose place another one took", "Remove it: the next update would."},
    {"package-manager", warning, "Package managers",
     "Install from outside, into the root: at run time they only help whoever breaks in."},
    {"secret-in-environment", warning, "Environment variables that look like secrets",
     "Everyone who has the image can read them: hand them to the container when it starts."},
    {"setuid-file", warning, "Setuid and setgid files",
     "Remove the bit or the package where no container needs it; containers seldom do."},
    {"unowned-program", warning, "Programs and libraries among the system's that no package owns",
     "Make a package of it, or keep it in /usr/local or /opt: scanners and updates go by packages."},
    {"unsigned-package", warning, "Packages without a signature",
     "Install from repositories that sign their packages, and check the signatures (gpgcheck)."},
    {"world-writable", warning, "Files and directories that anybody may write to",
     "Take the permission away from others (chmod o-w), or set the sticky bit of a shared directory."},
    {"cache", note, "Caches and temporary files", "Remove them at the end of the build."},
    {"changed-config", note, "Configuration that differs from what packages gave", "Nothing, where it was meant."},
    {"documentation", note, "Documentation", "Install without documentation (tsflags=nodocs); licences stay."},
    {"generated-file", note, "Files that scriptlets, the package manager and runtimes make",
     "Nothing: no package owns such files."},
    {"library-versions", note, "Several versions of one library",
     "Find out what still needs the older one (rootlet why), and update that."},
    {"locale", note, "Locales and translations",
     "Install only the languages that are needed (langs; %_install_langs), and a minimal langpack of glibc."},
    {"log", note, "Logs", "Remove them at the end of the build."},
    {"manifest-only", note, "No RPM database",
     "Nothing where it was meant: only a list of packages is there, without requirements and files."},
    {"no-package-records", note, "No record of packages",
     "Nothing where it was meant; scanners that go by packages find nothing in it."},
    {"not-compared", note, "Files that cannot be compared with what their packages gave",
     "Compare them with the packages themselves (rpm -Vp), where it matters."},
    {"runs-as-root", note, "The image runs as root", "Set a user (image: {user: …}) where the program allows."},
    {"shell", note, "Shells", "Remove it where neither the programs nor their scripts call one."},
    {"unmatched-packages", note, "Packages that no scanner holds against advisories",
     "Keep os-release and what identifies the distribution; scanners match advisories of the distributions that they "
     "know."},
    {"unneeded-library", note, "Libraries that no ELF file needs",
     "Remove the package where no program loads it by name (dlopen)."},
    {"unowned-file", note, "Files that no package owns",
     "Make sure that somebody updates them; scanners go by packages."},
    {"unrequired-package", note, "Packages that nothing needs any more",
     "Remove them (dnf autoremove), or mark them as wanted (dnf mark install)."},
    {unused_acceptance, note, "Accepted findings that are no more",
     "Remove the entry from the file of accepted findings."},
}};

}  // namespace

std::span<const AuditRule> audit_rules() { return rules; }

const AuditRule* audit_rule(std::string_view id) {
  const auto* const found =
      std::find_if(rules.begin(), rules.end(), [&](const AuditRule& rule) { return rule.id == id; });
  return found == rules.end() ? nullptr : found;
}

}  // namespace rootlet::analysis
