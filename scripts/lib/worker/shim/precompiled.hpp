// Compiled once and shared by every source file of the worker: more than halves the build.
#include "common.hpp"
#include "schemas.hpp" // Generated: every header made from the worker's FlatBuffers schemas.

#include <ankerl/unordered_dense.h>
#include <flatbuffers/flatbuffers.h>
#include <openssl/ssl.h>
#include <uv.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
