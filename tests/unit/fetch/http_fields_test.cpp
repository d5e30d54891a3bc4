#include "wordvec/fetch/http_fields.h"

#include <gtest/gtest.h>

#include <chrono>

namespace wordvec::http_fields_test {
namespace {

using std::chrono::milliseconds;

TEST(ContentRange, IsParsedAsRfc9110HasIt) {
  const auto range = parse_content_range("bytes 42-1233/1234");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 42U);
  EXPECT_EQ(range->last, 1233U);
  EXPECT_EQ(range->total, 1234U);
  EXPECT_EQ(range->size(), 1192U);
  EXPECT_EQ(parse_content_range("Bytes 0-0/*")->total, std::nullopt);
  EXPECT_EQ(parse_content_range("bytes 0-0/*")->size(), 1U);
}

TEST(ContentRange, IsRefusedWhereItMakesNoSense) {
  for (const char* value :
       {"", "bytes", "bytes */1234", "bytes 5-4/10", "bytes 0-10/10", "bytes -5/10", "bytes 0-/10",
        "bytes 0-9/", "bytes 0-9", "items 0-9/10", "bytes 0x1-9/10", "bytes -1-9/10",
        "bytes 0-18446744073709551615/*", "bytes 0-99999999999999999999/*", "bytes 0/5-9"}) {
    EXPECT_FALSE(parse_content_range(value)) << value;
  }
  EXPECT_TRUE(parse_content_range("bytes 1-18446744073709551615/*"));
}

TEST(Html, IsToldByTypeAndByContent) {
  EXPECT_TRUE(looks_like_html("text/html; charset=utf-8", "PK"));
  EXPECT_TRUE(looks_like_html("Text/HTML", ""));
  EXPECT_TRUE(looks_like_html("", "<!doctype html>"));
  EXPECT_TRUE(looks_like_html("application/zip", "\xef\xbb\xbf\r\n  <!DOCTYPE HTML PUBLIC"));
  EXPECT_TRUE(looks_like_html("", "<HTML lang=en>"));
  EXPECT_FALSE(looks_like_html("text/plain", "<unk> 0.1 0.2"));
  EXPECT_FALSE(looks_like_html("", "<htmlish 1 2"));
  EXPECT_FALSE(looks_like_html("application/zip", "PK\x03\x04"));
  EXPECT_FALSE(looks_like_html("", ""));
}

TEST(Html, HasATitle) {
  EXPECT_EQ(html_title("<html><head><TITLE>\n Sign in</title>"), "Sign in");
  EXPECT_EQ(html_title("<html><title>cut"), "cut");
  EXPECT_EQ(html_title("<html><body>none"), "");
  EXPECT_EQ(html_title(""), "");
}

TEST(Status, MayPassOrNot) {
  for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(is_passing_status(status));
  for (const int status : {400, 401, 403, 404, 410, 416, 501}) {
    EXPECT_FALSE(is_passing_status(status)) << status;
    EXPECT_NE(explain_status(status).find(std::to_string(status)), std::string::npos);
  }
}

TEST(Backoff, DoublesUpToABound) {
  EXPECT_EQ(backoff_delay(milliseconds(1000), 1), milliseconds(1000));
  EXPECT_EQ(backoff_delay(milliseconds(1000), 2), milliseconds(2000));
  EXPECT_EQ(backoff_delay(milliseconds(1000), 4), milliseconds(8000));
  EXPECT_EQ(backoff_delay(milliseconds(1000), 1000), milliseconds(30000));
  EXPECT_EQ(backoff_delay(milliseconds(0), 1000), milliseconds(0));
}

TEST(Url, IsShownWithoutSecrets) {
  EXPECT_EQ(shown_url("https://me:pass@example.org/a/b.zip?token=1#x"),
            "https://example.org/a/b.zip");
  EXPECT_EQ(shown_url("https://example.org/a@b.zip"), "https://example.org/a@b.zip");
  EXPECT_EQ(shown_url("https://example.org"), "https://example.org");
  EXPECT_EQ(shown_url("https://x/\x1b[2J"), "https://x/\\x1b[2J");
}

TEST(Url, NamesAFile) {
  EXPECT_EQ(file_of_url("https://example.org/a/b.zip?download=true"), "b.zip");
  EXPECT_EQ(file_of_url("https://example.org/b%20c.txt"), "b%20c.txt");
  EXPECT_EQ(file_of_url("https://example.org/a/"), "");
  EXPECT_EQ(file_of_url("https://example.org"), "");
}

TEST(MayRedirect, NeverLeavesHttps) {
  for (const bool allow_http : {false, true}) {
    EXPECT_TRUE(may_redirect("https://a/", "https://b/", allow_http));
    EXPECT_TRUE(may_redirect("http://a/", "HTTPS://b/", allow_http));
    EXPECT_FALSE(may_redirect("https://a/", "http://b/", allow_http));
    EXPECT_FALSE(may_redirect("HTTPS://a/", "HTTP://b/", allow_http));
    EXPECT_FALSE(may_redirect("http://a/", "file:///etc/passwd", allow_http));
    EXPECT_FALSE(may_redirect("http://a/", "ftp://b/", allow_http));
  }
  EXPECT_TRUE(may_redirect("http://a/", "http://b/", true));
  EXPECT_FALSE(may_redirect("http://a/", "http://b/", false));
}

}  // namespace
}  // namespace wordvec::http_fields_test
