#include "wordvec/simd/text_kernels.h"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "support/guarded_text.h"
#include "support/reference_text.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::simd::text_kernels_test {
namespace {

using test::GuardedText;
using test::reference_field;
using test::reference_values;

std::vector<const Kernels*> supported_kernels() {
  std::vector<const Kernels*> tables;
  for (const Kernels* kernels : built_kernels()) {
    if (is_supported(*kernels)) tables.push_back(kernels);
  }
  return tables;
}

std::uint32_t bits(float x) {
  return std::bit_cast<std::uint32_t>(x);
}

std::size_t fields_left_over = 0;
bool count_field(const char* begin, const char* end, float* value) noexcept {
  ++fields_left_over;
  return reference_field(begin, end, value);
}

// Numbers in one text, a separator before each, and what strtof makes of them.
struct Numbers {
  std::string text;
  std::vector<std::uint32_t> offsets;  // of the separators
  std::vector<float> values;

  void add(std::string_view number) {
    offsets.push_back(static_cast<std::uint32_t>(text.size()));
    text += ' ';
    text += number;
    values.push_back(std::strtof(std::string(number).c_str(), nullptr));
    if (!std::isfinite(values.back())) {
      text.resize(offsets.back());
      offsets.pop_back();
      values.pop_back();
    }
  }
};

std::string random_digits(std::size_t count, std::mt19937_64& random) {
  std::string text(count, '0');
  for (char& c : text) c = static_cast<char>('0' + random() % 10);
  return text;
}

// Every sign, number of digits up to 16, and place of the point; with zeros in front or not.
void add_shapes(Numbers& numbers, std::size_t each, std::mt19937_64& random) {
  for (std::size_t size = 1; size <= 16; ++size) {
    for (std::size_t point = 0; point <= size + 1; ++point) {
      for (std::size_t i = 0; i < each; ++i) {
        std::string number = random_digits(size, random);
        const std::size_t zeros = random() % 3 == 0 ? random() % (size + 1) : 0;
        for (std::size_t z = 0; z < zeros; ++z) number[z] = '0';
        if (point <= size) number.insert(point, 1, '.');
        constexpr const char* kSigns[] = {"", "", "-", "-", "+"};
        numbers.add(kSigns[random() % 5] + number);
      }
    }
  }
}

// Digits around 2^24, where they stop being exact.
void add_longest_mantissas(Numbers& numbers) {
  for (std::uint32_t mantissa = (1U << 24) - 200; mantissa < (1U << 24) + 200; ++mantissa) {
    const std::string digits = std::to_string(mantissa);
    for (std::size_t point = 0; point <= digits.size(); ++point) {
      std::string number = digits;
      number.insert(point, 1, '.');
      numbers.add(number);
      numbers.add('-' + number);
      for (std::size_t zeros = 1; zeros < 12; ++zeros) {
        numbers.add("0." + std::string(zeros, '0') + digits);
      }
    }
  }
}

// Halfway between two floats, and just beside; any float; denormals; any exponent.
void add_printed_floats(Numbers& numbers, std::size_t each, std::mt19937_64& random) {
  char text[400];
  for (std::size_t i = 0; i < each; ++i) {
    const auto pattern = static_cast<std::uint32_t>(random() % 0x7f000000);
    const double low = std::bit_cast<float>(pattern);
    const double high = std::bit_cast<float>(pattern + 1);
    std::snprintf(text, sizeof text, "%.150g", low + (high - low) / 2);
    numbers.add(text);
    // Values of up to a million have halfways that are short enough for the kernels' own way.
    const double short_low = std::bit_cast<float>(
        static_cast<std::uint32_t>(std::bit_cast<std::uint32_t>(1e-3F) + random() % (30U << 23)));
    for (const int digits : {5, 6, 7, 8, 9}) {
      std::snprintf(text, sizeof text, "%.*g", digits, short_low);
      numbers.add(text);
    }
    std::snprintf(text, sizeof text, "%.9g",
                  static_cast<double>(
                      std::bit_cast<float>(static_cast<std::uint32_t>(random() & 0x807fffff))));
    numbers.add(text);
    std::snprintf(text, sizeof text, "%.*e", static_cast<int>(random() % 12),
                  static_cast<double>(std::bit_cast<float>(pattern)));
    numbers.add(text);
  }
}

// As vectors are written: most of the time, a few digits behind "0.".
void add_common(Numbers& numbers, std::size_t count, std::mt19937_64& random) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t r = random();
    std::string number = (r & 1) != 0 ? "-" : "";
    number += static_cast<char>('0' + ((r >> 1 & 15) < 12 ? 0 : (r >> 5) % 10));
    number += '.';
    number += random_digits(1 + (r >> 10) % 8, random);
    numbers.add(number);
  }
}

const Numbers& all_numbers() {
  static const Numbers numbers = [] {
    Numbers all;
    std::mt19937_64 random(1);
    for (const char* number : {"0",
                               "-0",
                               "+0",
                               "0.0",
                               "-0.0",
                               ".0",
                               "-.0",
                               "0.",
                               "-0.",
                               "00000000",
                               "1e-45",
                               "7e-46",
                               "7.006492321624085e-46",
                               "3.4028235e38",
                               "16777215",
                               "16777216",
                               "16777217",
                               "16777219",
                               "0.0000000001",
                               "0.00000000001",
                               "1.00000000001",
                               "99999999999999",
                               "1e10",
                               "1E+2"}) {
      all.add(number);
    }
    add_shapes(all, 1500, random);
    add_longest_mantissas(all);
    add_printed_floats(all, 20'000, random);
    add_common(all, 1'700'000, random);
    return all;
  }();
  return numbers;
}

class TextKernelTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const TextKernels& kernels() const { return *GetParam()->text; }

  // What the kernel makes of `text`, compared with the reference.
  void expect_reference(std::string_view text, std::size_t count) const {
    std::vector<float> expected(count, -1);
    std::vector<float> values(count, -1);
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* const expected_end = reference_values(begin, end, count, expected.data());
    const char* const found_end =
        kernels().parse_values(begin, end, count, values.data(), reference_field);
    ASSERT_EQ(found_end == nullptr, expected_end == nullptr) << count << " of \"" << text << '"';
    if (expected_end == nullptr) return;
    ASSERT_EQ(found_end - begin, expected_end - begin) << count << " of \"" << text << '"';
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(bits(values[i]), bits(expected[i])) << "value " << i << " of \"" << text << '"';
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Each, TextKernelTest, testing::ValuesIn(supported_kernels()),
                         [](const auto& kernels) { return std::string(kernels.param->name); });

TEST_P(TextKernelTest, HasTheBitsOfStrtofForEveryShapeOfNumber) {
  const Numbers& numbers = all_numbers();
  ASSERT_GT(numbers.values.size(), 2'000'000U);
  const char* const text = numbers.text.data();
  const char* const end = text + numbers.text.size();
  std::vector<float> values(numbers.values.size());
  std::mt19937_64 random(2);
  for (std::size_t i = 0; i < values.size();) {
    // Lines of any length, so that numbers come in all places of the kernel's batches.
    const std::size_t count = std::min<std::size_t>(1 + random() % 400, values.size() - i);
    const char* const at = text + numbers.offsets[i];
    ASSERT_NE(kernels().parse_values(at, end, count, values.data() + i, reference_field), nullptr)
        << std::string_view(at, 100);
    i += count;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(bits(values[i]), bits(numbers.values[i]))
        << std::string_view(text + numbers.offsets[i], 30);
  }
}

TEST_P(TextKernelTest, ReadsAllOfALongLine) {
  const Numbers& numbers = all_numbers();
  std::vector<float> values(numbers.values.size());
  const char* const end = numbers.text.data() + numbers.text.size();
  EXPECT_EQ(kernels().parse_values(numbers.text.data(), end, values.size(), values.data(),
                                   reference_field),
            end);
  EXPECT_EQ(bits(values.back()), bits(numbers.values.back()));
}

TEST_P(TextKernelTest, LeavesCommonNumbersToNobody) {
  Numbers numbers;
  std::mt19937_64 random(3);
  for (std::size_t i = 0; i < 300; ++i) {
    numbers.add((random() % 2 == 0 ? "-0." : "1.") + random_digits(1 + random() % 6, random));
  }
  numbers.text += '\n' + std::string(100, 'x');
  std::vector<float> values(300);
  fields_left_over = 0;
  const char* const end = numbers.text.data() + numbers.text.size();
  EXPECT_EQ(kernels().parse_values(numbers.text.data(), end, 300, values.data(), count_field),
            end - 101);
  EXPECT_EQ(fields_left_over, 0U);
}

TEST_P(TextKernelTest, ReadsNoByteOutsideTheText) {
  GuardedText guarded(4096);
  std::mt19937_64 random(4);
  for (std::size_t count = 0; count <= 70; ++count) {
    for (std::size_t size = 1; size <= 18; ++size) {
      std::string text;
      for (std::size_t i = 0; i < count; ++i) {
        text += ' ' + random_digits(1, random);
        if (size > 1) text += '.' + random_digits(size - 2, random);
      }
      for (const char* line_end : {"", "\n", "\r\n", " \n", "\nnext 1 2"}) {
        expect_reference(guarded.at_end(text + line_end), count);
        expect_reference(guarded.at_begin(text + line_end), count);
        expect_reference(guarded.at_end(text + line_end), count + 1);
      }
    }
  }
}

TEST_P(TextKernelTest, DoesNotDependOnAlignment) {
  std::mt19937_64 random(5);
  std::string line;
  for (std::size_t i = 0; i < 40; ++i) line += " -0." + random_digits(1 + i % 9, random);
  for (std::size_t offset = 0; offset < 130; ++offset) {
    for (std::size_t behind = 0; behind < 130; behind += 3) {
      const std::string text = std::string(offset, 'w') + line + '\n' + std::string(behind, 'x');
      expect_reference(std::string_view(text).substr(offset), 40);
    }
  }
}

// A byte that does not belong, in every place of every field of a line.
TEST_P(TextKernelTest, RefusesWhateverTheReferenceRefuses) {
  std::string line;
  for (std::size_t i = 0; i < 35; ++i) line += i % 2 == 0 ? " 0.125" : " -12.5";
  line += '\n' + std::string(90, '1');
  for (std::size_t at = 0; at < line.size() - 90; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = line;
      text[at] = static_cast<char>(byte);
      expect_reference(text, 35);
    }
  }
}

TEST_P(TextKernelTest, AgreesWithTheReferenceOnRandomText) {
  const std::string pieces[] = {" ", " ", " ", " ", "\t", "\r", "\n",  "0",   "1.5", "-",
                                ".", "7", "e", "E", "+",  "x",  "inf", "nan", "\xff"};
  std::mt19937_64 random(6);
  std::size_t good = 0;
  for (int i = 0; i < 60'000; ++i) {
    // Mostly good lines, or every one would end in the first few bytes.
    std::string text;
    const std::size_t fields = random() % 45;
    for (std::size_t f = 0; f < fields; ++f) {
      text += random() % 20 == 0 ? '\t' : ' ';
      if (random() % 2 == 0) text += '-';
      text += random_digits(random() % 4 == 0 ? random() % 4 : 1, random);
      if (random() % 8 != 0) text += '.' + random_digits(random() % 8, random);
      if (random() % 40 == 0) text += "e-0" + random_digits(1, random);
      if (random() % 300 == 0) text += random_digits(random() % 120, random);
      if (random() % 100 == 0) text += pieces[random() % std::size(pieces)];
    }
    text += random() % 3 == 0 ? "\r\n" : "\n";
    for (std::size_t n = random() % 40; n > 0; --n) text += pieces[random() % std::size(pieces)];
    const std::size_t count = random() % 4 == 0 ? fields + random() % 3 : fields;
    float sink[64];
    good += reference_values(text.data(), text.data() + text.size(), count, sink) != nullptr;
    ASSERT_NO_FATAL_FAILURE(expect_reference(text, count));
  }
  EXPECT_GT(good, 15'000U);
  EXPECT_LT(good, 54'000U);
}

}  // namespace
}  // namespace wordvec::simd::text_kernels_test
