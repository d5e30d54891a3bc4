#include "wordvec/plot/xml_text.h"

#include "wordvec/base/utf8.h"

namespace wordvec::plot {

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(i));
    switch (c.code_point) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case 0xfffe:
      case 0xffff:
        out += "\xef\xbf\xbd";
        break;
      default:
        out += c.valid ? text.substr(i, c.size_bytes) : std::string_view("\xef\xbf\xbd");
    }
    i += c.size_bytes;
  }
}

}  // namespace wordvec::plot
