#pragma once
#include <zlib.h>

/// `inflateInit2` is a macro, which Swift can't call. 15 is the largest window, 16 means gzip.
static inline int observer_inflateInitGzip(z_stream *stream) {
    return inflateInit2(stream, 15 + 16);
}

/// `deflateInit` is a macro, which Swift can't call.
static inline int observer_deflateInitFast(z_stream *stream) {
    return deflateInit(stream, Z_BEST_SPEED);
}
