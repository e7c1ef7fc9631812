#include "zchunk.hpp"

#include "base/fs.hpp"
#include "base/own_file.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

#ifdef ROOTLET_WITH_ZCHUNK
extern "C" {  // the header does not say so itself
#include <zck.h>
}

#include "base/handle.hpp"
#include "base/lazy_library.hpp"
#endif

namespace rootlet::repo {

#ifdef ROOTLET_WITH_ZCHUNK

namespace {

constinit LazyLibrary libzck(ROOTLET_LIBZCK);
ROOTLET_LAZY(libzck, zck_create);
ROOTLET_LAZY(libzck, zck_free);
ROOTLET_LAZY(libzck, zck_get_error);
ROOTLET_LAZY(libzck, zck_init_read);
ROOTLET_LAZY(libzck, zck_read);
ROOTLET_LAZY(libzck, zck_set_log_level);

void free_context(zckCtx* context) noexcept { zck_free(&context); }

}  // namespace

void unpack_zchunk(const std::filesystem::path& in, const std::filesystem::path& out, std::uint64_t limit) {
  zck_set_log_level(ZCK_LOG_NONE);
  const Fd fd = open_read(in);
  const Handle<zckCtx, free_context> context{zck_create()};
  if (!context || !zck_init_read(context.get(), fd.get())) throw Error("it is no zchunk file");
  AtomicFile file(out, own_file_mode);
  std::string buffer(1U << 16U, '\0');
  std::uint64_t written = 0;
  for (;;) {
    const ssize_t got = zck_read(context.get(), buffer.data(), buffer.size());
    if (got < 0) throw Error("malformed zchunk file: " + printable(zck_get_error(context.get())));
    if (got == 0) break;
    written += static_cast<std::uint64_t>(got);
    if (written > limit) throw Error("its content is larger than the metadata says");
    file.write(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
  file.commit();
}

#else

void unpack_zchunk(const std::filesystem::path&, const std::filesystem::path&, std::uint64_t) {
  throw Error("it offers only zchunk metadata, which this rootlet cannot read",
              "build rootlet where pkg-config finds zck (Debian: libzck-dev, Fedora: zchunk-devel)");
}

#endif

}  // namespace rootlet::repo
