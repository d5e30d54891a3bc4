#include "wordvec/formats/npy.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/npy_header.h"

namespace wordvec::npy_test {
namespace {

using test::bits_of;
using test::expect_error;
using test::RecordingSink;
using test::Rows;
using test::TempFolder;
using Words = std::vector<std::string>;
using Values = std::vector<float>;
using namespace std::string_literals;

// The bytes before the data, by NumPy's specification.
std::string header(const std::string& dictionary, int major = 1) {
  std::string bytes = "\x93NUMPY"s + static_cast<char>(major) + '\0';
  const auto size = static_cast<std::uint32_t>(dictionary.size());
  bytes.append(reinterpret_cast<const char*>(&size), major == 1 ? 2 : 4);
  return bytes + dictionary;
}

std::string dictionary(const std::string& descr, bool fortran_order, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
         ", 'shape': " + shape + ", }   \n";
}

template <class T>
std::string raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

struct Reading {
  Rows rows;
  ReadReport report;
};

Reading read(std::string_view bytes, const Words& words, const ReadOptions& options = {}) {
  ByteSource source = ByteSource::from_memory("file", bytes);
  RecordingSink sink;
  Reading reading;
  reading.report = read_npy(source, words, "words.txt", options, sink);
  reading.rows = std::move(sink.rows);
  return reading;
}

TEST(Npy, ReadsBothOrders) {
  const Values expected = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(
      read(header(dictionary("<f4", false, "(2, 3)")) + raw<float>({1, 2, 3, 4, 5, 6}), {"a", "b"})
          .rows.vectors,
      expected);
  const Reading fortran =
      read(header(dictionary("<f4", true, "(2, 3)")) + raw<float>({1, 4, 2, 5, 3, 6}), {"a", "b"});
  EXPECT_EQ(fortran.rows.vectors, expected);
  EXPECT_EQ(fortran.rows.words, (Words{"a", "b"}));
  EXPECT_TRUE(fortran.report.read_to_end);
}

TEST(Npy, ReadsEveryTypeAndVersion) {
  for (const int major : {1, 2, 3}) {
    for (const char* descr : {"<f4", "=f4"}) {
      EXPECT_EQ(bits_of(read(header(dictionary(descr, false, "(1, 2)"), major) +
                                 raw<float>({0.1F, -0.0F}),
                             {"a"})
                            .rows.vectors),
                bits_of({0.1F, -0.0F}));
    }
  }
  EXPECT_EQ(read(header(dictionary("<f8", false, "(1, 2)")) + raw<double>({0.1, -1e-300}), {"a"})
                .rows.vectors,
            (Values{0.1F, -0.0F}));
  // 1, −2, the largest, the smallest normal and the smallest subnormal half.
  const std::vector<std::uint16_t> halves = {0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000};
  EXPECT_EQ(
      bits_of(read(header(dictionary("<f2", false, "(1, 6)")) + raw(halves), {"a"}).rows.vectors),
      bits_of({1, -2, 65504, 0x1p-14F, 0x1p-24F, -0.0F}));
  EXPECT_EQ(read(header(dictionary(">f4", false, "(1, 2)")) + "\x3f\x80\0\0\xc0\0\0\0"s, {"a"})
                .rows.vectors,
            (Values{1, -2}));
  EXPECT_EQ(read(header(dictionary(">f2", true, "(1, 2)")) + "\x3c\0\xc0\0"s, {"a"}).rows.vectors,
            (Values{1, -2}));
}

TEST(Npy, ReadsMoreRowsThanFitAPiece) {
  for (const std::size_t dim : {std::size_t{1}, std::size_t{50}, std::size_t{65536}}) {
    const Rows rows = test::random_rows(dim == 65536 ? 5 : 5000, dim, 1);
    const std::string shape = '(' + std::to_string(rows.size()) + ", " + std::to_string(dim) + ')';
    const Words& words = rows.words;
    // Odd: so that the values are not aligned in memory.
    for (const std::string& space : {""s, " "s, "  "s, "   "s}) {
      EXPECT_TRUE(
          read(header(dictionary("<f4", false, shape) + space) + raw(rows.vectors), words).rows ==
          rows);
    }
    Values columns(rows.vectors.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (std::size_t c = 0; c < dim; ++c) {
        columns[c * rows.size() + r] = rows.vectors[r * dim + c];
      }
    }
    EXPECT_TRUE(read(header(dictionary("<f4", true, shape)) + raw(columns), words).rows == rows);
  }
}

TEST(Npy, RefusesShapesWithoutAllocating) {
  const auto start = std::chrono::steady_clock::now();
  for (const char* shape :
       {"(1000000000000000, 300)", "(18446744073709551615, 18446744073709551615)", "(1, 0)",
        "(1, 65537)", "(4294967295, 1)", "(4294967296, 4294967296)"}) {
    for (const bool fortran_order : {false, true}) {
      expect_error(ErrorCode::malformed, "file: the array has", [&] {
        read(header(dictionary("<f8", fortran_order, shape)) + raw<double>({1, 2}), {"a"});
      });
    }
  }
  for (const char* shape : {"(1, 3)", "(2147483648, 1)", "(4294967294, 65536)", "(3, 1)"}) {
    expect_error(ErrorCode::malformed, "the array has 8 bytes, expected", [&] {
      read(header(dictionary("<f4", false, shape)) + raw<float>({1, 2}), {"a"});
    });
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(500));
  for (const char* shape : {"()", "(2,)", "(1, 1, 2)"}) {
    expect_error(ErrorCode::malformed, "the array has the shape "s + shape, [&] {
      read(header(dictionary("<f4", false, shape)) + raw<float>({1, 2}), {});
    });
  }
}

TEST(Npy, ParsesTheDictionaryStrictly) {
  const auto parse = [](const std::string& text) {
    return read(header(text) + raw<float>({1, 2}), {"a"}).rows.vectors;
  };
  const Values expected = {1, 2};
  EXPECT_EQ(parse("{'descr':'<f4','fortran_order':False,'shape':(1,2)}"), expected);
  EXPECT_EQ(parse("{\"shape\": (1L, 2L,), \"fortran_order\": False, \"descr\": \"<f4\"}\n"),
            expected);
  for (const char* text :
       {"",
        "{",
        "{}",
        "()",
        "{'descr': '<f4'}",
        "{'descr': '<f4', 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'more': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': [('a', '<f4'), 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': [('a]', '<f4), 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': ('a', '<f4'), 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': [1, 2]}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2.0)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 18446744073709551616)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), } x"}) {
    expect_error(ErrorCode::malformed, "the header of the array has", [&] { parse(text); });
  }
  expect_error(ErrorCode::malformed, "at most 32 extents", [&] {
    std::string shape = "(";
    for (int i = 0; i < 33; ++i) shape += "1, ";
    parse(dictionary("<f4", false, shape + ")"));
  });
}

TEST(Npy, RefusesWhatIsNoArrayOfFloats) {
  expect_error(ErrorCode::malformed, "is empty", [] { read("", {}); });
  expect_error(ErrorCode::malformed, "is no NumPy array", [] { read("a 1 2\n", {}); });
  expect_error(ErrorCode::malformed, "the version 4, expected 1, 2 or 3",
               [] { read(header(dictionary("<f4", false, "(1, 1)"), 4), {}); });
  expect_error(ErrorCode::malformed, "has 4294967295 bytes, expected at most 65535",
               [] { read("\x93NUMPY\2\0\xff\xff\xff\xff{"s, {}); });
  for (const char* descr : {"<i4", "|u1", "<c8", "|O", "<f16", "f4", "", "|f4"}) {
    expect_error(ErrorCode::malformed, "the type '"s + descr + "', ",
                 [&] { read(header(dictionary(descr, false, "(1, 1)")) + "\0\0\0\0"s, {"a"}); });
  }
}

// What the remedies make is tested with NumPy, in tests/cli/test_arrays.py.
TEST(Npy, SaysWhatElementsAreAndWhatMakesVectorsOfThem) {
  const auto refusal_of = [](const std::string& descr, const std::string& shape) {
    return expect_error(ErrorCode::malformed, "the array has the ", [&] {
      read(header("{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + "}"), {});
    });
  };
  const auto expect_part = [&](const std::string& descr, const std::string& shape,
                               const std::string& part) {
    const std::string refusal = refusal_of(descr, shape);
    EXPECT_NE(refusal.find(part), std::string::npos) << refusal;
  };
  expect_part("'<i8'", "(2, 3)",
              "the type '<i8', whole numbers, expected '<f4', '<f8' or '<f2': in Python, "
              "numpy.save('m.npy', numpy.load(FILE).astype('float32')) writes them");
  expect_part("'|u1'", "(1, 2, 3)", "numpy.load(FILE).reshape(-1, 3).astype('float32')) writes");
  expect_part("'|b1'", "(2, 3)", "'|b1', truth values, ");
  expect_part("'<c8'", "(2, 3)", "'<c8', complex numbers, ");
  expect_part("'<f16'", "(2, 3)", "'<f16', floats of another size, ");
  expect_part("'<U3'", "(2, 3)", "'<U3', text, ");
  expect_part("'|V2'", "(2, 3)", "numpy.load(FILE).view(ml_dtypes.bfloat16).astype('float32'))");
  expect_part("'|V3'", "(2, 3)", "no numbers that are known here");
  expect_part("'|O'", "(2,)",
              "'|O', Python objects, pickled, expected '<f4', '<f8' or '<f2': if "
              "you trust it: in Python, numpy.save('m.npy', numpy.array(numpy.load("
              "FILE, allow_pickle=True).tolist(), 'float32'))");
  expect_part("'|O'", "()", "if you trust it, and it is a dict of words and vectors: in Python, ");
  const std::string fields = "[('word', '<U9'), ('[\"vector', '<f4', (3,)), ('n', [('m', '<i4')])]";
  expect_part(fields, "(2,)",
              ", elements with fields, expected '<f4', '<f8' or '<f2': in Python, "
              "numpy.save('m.npy', numpy.load(FILE)['NAME'].astype('float32'))");
  expect_part("'<f4'", "(2, 3, 4)",
              "the shape (2, 3, 4), expected (rows, values of a row): in "
              "Python, numpy.save('m.npy', numpy.load(FILE).reshape(-1, 4))");
  expect_part("'<f4'", "(6,)", "numpy.load(FILE).reshape(-1, DIM)) makes rows of DIM values");
}

TEST(Npy, RefusesAnotherNumberOfWords) {
  const std::string bytes = header(dictionary("<f4", false, "(3, 1)")) + raw<float>({1, 2, 3});
  for (const Words& words : {Words{}, Words{"a", "b"}, Words{"a", "b", "c", "d"}}) {
    expect_error(
        ErrorCode::malformed,
        "file: has 3 rows, but there are " + std::to_string(words.size()) + " words in words.txt",
        [&] { read(bytes, words); });
  }
}

TEST(Npy, ReportsBadRows) {
  const float inf = std::numeric_limits<float>::infinity();
  const Words words = {"a", "b", "c", "d", "\xff"};
  const std::string start = header(dictionary("<f4", false, "(5, 2)"));
  const std::string bytes = start + raw<float>({1, 2, 3, -inf, std::nanf(""), 4, 5, 6, 7, 8});
  const std::string what =
      expect_error(ErrorCode::malformed, "row 1: value 2 of 'b' is -inf, expected a finite number",
                   [&] { read(bytes, words); });
  EXPECT_NE(what.find("at byte " + std::to_string(start.size() + 8)), std::string::npos) << what;
  ReadOptions options;
  options.skip_bad = true;
  const Reading reading = read(bytes, words, options);
  EXPECT_EQ(reading.rows.words, (Words{"a", "d", "\xff"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 5, 6, 7, 8}));
  EXPECT_EQ(reading.report.bad_rows, 2U);
  EXPECT_EQ(reading.report.rows_read, 3U);
  EXPECT_EQ(reading.report.invalid_utf8_words, 1U);
  EXPECT_EQ(reading.report.first_invalid_utf8, "row 4");
  options.strict_utf8 = true;
  EXPECT_EQ(read(bytes, words, options).rows.words, (Words{"a", "d"}));
  // Beyond float32.
  const std::string doubles =
      header(dictionary("<f8", false, "(2, 1)")) + raw<double>({3e38, -1e39});
  expect_error(ErrorCode::malformed, "row 1: value 1 of 'b' is -inf as a float32", [&] {
    read(doubles, {"a", "b"});
  });
  const std::string half_inf =
      header(dictionary("<f2", false, "(1, 1)")) + raw<std::uint16_t>({0x7c00});
  expect_error(ErrorCode::malformed, "is inf", [&] { read(half_inf, {"a"}); });
  const std::string half_nan =
      header(dictionary("<f2", false, "(1, 1)")) + raw<std::uint16_t>({0x7c01});
  expect_error(ErrorCode::malformed, "is nan", [&] { read(half_nan, {"a"}); });
}

TEST(Npy, OffersToSkipBadRowsWhereOneIsGood) {
  const float nan = std::nanf("");
  const std::string start = header(dictionary("<f4", false, "(3, 1)"));
  const std::string none =
      expect_error(ErrorCode::malformed,
                   "row 0: value 1 of 'a' is nan, expected a finite number; no row of the file is "
                   "good",
                   [&] {
                     read(start + raw<float>({nan, nan, nan}), {"a", "b", "c"});
                   });
  EXPECT_EQ(none.find("--skip-bad"), std::string::npos) << none;
  expect_error(ErrorCode::malformed, "row 0: value 1 of 'a' is nan, expected a finite number (`",
               [&] {
                 read(start + raw<float>({nan, nan, 1}), {"a", "b", "c"});
               });
}

TEST(Npy, EndsCleanlyWhereverItIsTruncated) {
  const TempFolder folder;
  for (const bool fortran_order : {false, true}) {
    const std::string whole =
        header(dictionary("<f4", fortran_order, "(2, 2)")) + raw<float>({1, 2, 3, 4});
    ASSERT_EQ(read(whole, {"a", "b"}).rows.size(), 2U);
    ReadOptions options;
    options.vocab = folder.write("words", "a\nb\n");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string_view part = std::string_view(whole).substr(0, size);
      expect_error(ErrorCode::malformed, "file: ", [&] { read(part, {"a", "b"}); });
      if (size % 7 != 0) continue;
      expect_error(ErrorCode::malformed, "",
                   [&] { test::read_bytes(kNpy, part, options, test::Through::pipe); });
    }
    expect_error(ErrorCode::malformed, "the array has 17 bytes, expected 16", [&] {
      read(whole + "x", {"a", "b"});
    });
    expect_error(ErrorCode::malformed, "bytes after the 2 rows",
                 [&] { test::read_bytes(kNpy, whole + "x", options, test::Through::pipe); });
    const test::Reading piped = test::read_bytes(kNpy, whole, options, test::Through::pipe);
    EXPECT_EQ(piped.rows.words, (Words{"a", "b"}));
    EXPECT_EQ(piped.rows.vectors, fortran_order ? (Values{1, 3, 2, 4}) : (Values{1, 2, 3, 4}));
  }
}

TEST(Npy, FindsTheWordsBesideTheFile) {
  const TempFolder folder;
  const std::string path =
      folder.write("a.npy", header(dictionary("<f4", false, "(1, 1)")) + raw<float>({1}));
  const auto read_file = [&](const ReadOptions& options = {}) {
    ByteSource source = ByteSource::open(path);
    RecordingSink sink;
    kNpy.read(source, options, sink);
    return sink.rows.words;
  };
  const std::string what =
      expect_error(ErrorCode::usage, folder.file("a.vocab.txt"), [&] { read_file(); });
  EXPECT_NE(what.find("--vocab"), std::string::npos) << what;
  folder.write("a.vocab.txt", "beside\n");
  EXPECT_EQ(read_file(), Words{"beside"});
  ReadOptions options;
  options.vocab = folder.write("other", "named");
  EXPECT_EQ(read_file(options), Words{"named"});
}

// As NumPy writes them: a dictionary padded to a multiple of 64, in the same bytes for any size.
TEST(Npy, WritesAHeaderOfOneSize) {
  EXPECT_EQ(npy_header(12, 3), header(dictionary("<f4", false, "(12, 3)")).substr(0, 8) +
                                   "\x76\0"s +
                                   "{'descr': '<f4', 'fortran_order': False, 'shape': (12, 3), }" +
                                   std::string(57, ' ') + '\n');
  EXPECT_EQ(npy_header(0, 1).size(), 128U);
  EXPECT_EQ(npy_header(4294967294, 65536).size(), 128U);
}

}  // namespace
}  // namespace wordvec::npy_test
