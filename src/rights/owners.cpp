#include "owners.hpp"

#include <algorithm>

namespace rootlet::rights {

std::optional<Owner> OwnerTable::of(const struct stat& file) const {
  const auto found = records_.find({file.st_dev, file.st_ino});
  if (found == records_.end()) return std::nullopt;
  return found->second.owner;
}

void OwnerTable::give(const struct stat& info, Fd file, Owner owner) {
  const Key key{info.st_dev, info.st_ino};
  if (owner.user == 0 && owner.group == 0) {
    records_.erase(key);
    return;
  }
  if (S_ISDIR(info.st_mode) && owner.group != 0) may_be_inherited_ = true;
  if (const auto found = records_.find(key); found != records_.end()) {
    found->second.owner = owner;
    return;
  }
  if (records_.size() >= sweep_at_) forget_removed();
  records_.emplace(key, Record{owner, std::move(file), info.st_nlink > 0});
}

void OwnerTable::forget_removed() {
  std::erase_if(records_, [](const auto& each) {
    struct stat info {};
    return each.second.had_name && fstat(each.second.pin.get(), &info) == 0 && info.st_nlink == 0;
  });
  sweep_at_ = std::max<std::size_t>(sweep_at_, 2 * records_.size());
}

}  // namespace rootlet::rights
