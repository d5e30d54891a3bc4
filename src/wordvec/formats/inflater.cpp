#include "wordvec/formats/inflater.h"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <new>

namespace wordvec {

struct Inflater::State {
  z_stream stream{};
};

Inflater::Inflater(Wrapping wrapping) : state_(std::make_unique<State>()) {
  constexpr int kWindowBits = 15;
  constexpr int kGzip = 16;
  const int bits = wrapping == Wrapping::gzip ? kWindowBits + kGzip : -kWindowBits;
  if (::inflateInit2(&state_->stream, bits) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  ::inflateEnd(&state_->stream);
}

Inflater::Step Inflater::step(std::string_view in, std::span<char> out) {
  constexpr std::size_t kMaxBytes = std::size_t{1} << 30;  // zlib counts in 32 bits
  z_stream& stream = state_->stream;
  const std::size_t in_bytes = std::min(in.size(), kMaxBytes);
  const std::size_t out_bytes = std::min(out.size(), kMaxBytes);
  stream.next_in = reinterpret_cast<const Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in_bytes);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out_bytes);
  const int status = ::inflate(&stream, Z_NO_FLUSH);
  Step step;
  step.taken = in_bytes - stream.avail_in;
  step.given = out_bytes - stream.avail_out;
  switch (status) {
    case Z_STREAM_END:
      step.ended = true;
      break;
    case Z_OK:
    case Z_BUF_ERROR:
      break;  // nothing could be done: one of the two was empty
    case Z_MEM_ERROR:
      throw std::bad_alloc();
    case Z_NEED_DICT:
      step.problem = "it needs a dictionary";
      break;
    default:
      step.problem = stream.msg != nullptr ? stream.msg : "invalid data";
      break;
  }
  return step;
}

void Inflater::reset() {
  ::inflateReset(&state_->stream);
}

}  // namespace wordvec
