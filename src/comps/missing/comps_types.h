// Debian's libcomps-dev (0.1.19) lacks this header, which libcomps's others include. Where it is there, it is found
// beside them and this one is not used. Only pointers to these types are ever passed.
#pragma once

#include <stdbool.h>

typedef struct COMPS_Log COMPS_Log;
typedef struct COMPS_LogEntry COMPS_LogEntry;
typedef struct COMPS_XMLOptions COMPS_XMLOptions;
