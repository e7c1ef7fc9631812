#include "rootlet/repo/download.hpp"
