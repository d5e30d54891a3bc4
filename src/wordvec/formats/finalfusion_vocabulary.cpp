#include "wordvec/formats/finalfusion_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "wordvec/base/quote.h"

namespace wordvec {
namespace {

// A number of items of which each takes `least_bytes` or more.
std::uint64_t take_count(FinalfusionCursor& cursor, std::uint64_t least_bytes,
                         std::string_view what) {
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint64_t count = cursor.take_u64(what);
  if (count > cursor.left_bytes() / least_bytes) {
    cursor.fail(offset_bytes,
                fmt::format("found {} for {}, expected at most {}: the file has only "
                            "{} bytes more",
                            count, what, cursor.left_bytes() / least_bytes, cursor.left_bytes()));
  }
  if (count > kMaxRows) {
    cursor.fail(offset_bytes,
                fmt::format("found {} for {}, expected at most {}", count, what, kMaxRows));
  }
  return count;
}

std::uint64_t take_word_count(FinalfusionCursor& cursor) {
  return take_count(cursor, sizeof(std::uint32_t), "the number of words");
}

std::vector<std::string_view> take_words(FinalfusionCursor& cursor, std::uint64_t count) {
  std::vector<std::string_view> words;
  words.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) words.push_back(cursor.take_string("a word"));
  return words;
}

SubwordRules take_lengths(FinalfusionCursor& cursor, SubwordScheme scheme) {
  SubwordRules rules;
  rules.scheme = scheme;
  rules.unit_length = true;
  rules.min_length = cursor.take_u32("the least length of n-grams");
  rules.max_length = cursor.take_u32("the greatest length of n-grams");
  return rules;
}

void set_buckets(FinalfusionVocabulary& vocabulary, std::uint64_t buckets) {
  vocabulary.rules->buckets = buckets;
  vocabulary.subword_rows = buckets;
}

void take_bucket_vocabulary(FinalfusionCursor& cursor, SubwordScheme scheme,
                            FinalfusionVocabulary& vocabulary) {
  const std::uint64_t count = take_word_count(cursor);
  vocabulary.lengths_offset_bytes = cursor.offset_bytes();
  vocabulary.rules = take_lengths(cursor, scheme);
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint64_t buckets = cursor.take_u32("the number of buckets");
  constexpr std::uint64_t kMaxBits = 31;
  if (scheme == SubwordScheme::finalfusion && buckets > kMaxBits) {
    cursor.fail(offset_bytes, fmt::format("found 2^{} buckets of n-grams, expected at most 2^{}",
                                          buckets, kMaxBits));
  }
  set_buckets(vocabulary,
              scheme == SubwordScheme::finalfusion ? std::uint64_t{1} << buckets : buckets);
  vocabulary.words = take_words(cursor, count);
}

// No words: each has its n-grams' vector.
void take_floret_vocabulary(FinalfusionCursor& cursor, FinalfusionVocabulary& vocabulary) {
  vocabulary.lengths_offset_bytes = cursor.offset_bytes();
  vocabulary.rules = take_lengths(cursor, SubwordScheme::floret);
  set_buckets(vocabulary, cursor.take_u64("the number of buckets"));
  vocabulary.rules->hash_count = cursor.take_u32("the number of hashes");
  vocabulary.rules->seed = cursor.take_u32("the seed of the hashes");
  vocabulary.rules->begin = cursor.take_string("the mark of a word's begin");
  vocabulary.rules->end = cursor.take_string("the mark of a word's end");
}

// finalfusion-rust and finalfusion-python write each n-gram's row behind it; in the published
// specification it is an n-gram's place in the list.
enum class NgramRows : std::uint8_t { written, implied };

// Where `count` n-grams end; nullopt: not before the file does.
std::optional<std::uint64_t> end_of_ngrams(FinalfusionCursor cursor, std::uint64_t count,
                                           NgramRows rows) {
  constexpr std::string_view kWhat = "an n-gram";
  const std::uint64_t row_bytes = rows == NgramRows::written ? sizeof(std::uint64_t) : 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (cursor.left_bytes() < sizeof(std::uint32_t)) return std::nullopt;
    const std::uint64_t size_bytes = cursor.take_u32(kWhat) + row_bytes;
    if (cursor.left_bytes() < size_bytes) return std::nullopt;
    cursor.take(size_bytes, kWhat);
  }
  return cursor.offset_bytes();
}

// finalfusion-python forgets the rows when it adds up the length of the chunk: it is mended here.
NgramRows tell_ngram_rows(const FinalfusionCursor& cursor, std::uint64_t count,
                          FinalfusionChunk& chunk) {
  const std::uint64_t end_bytes = chunk.begin_bytes + chunk.size_bytes;
  const std::uint64_t rows_bytes = count * sizeof(std::uint64_t);
  const std::optional<std::uint64_t> written = end_of_ngrams(cursor, count, NgramRows::written);
  if (written == end_bytes + rows_bytes) {
    chunk.size_bytes += rows_bytes;
  } else if (written != end_bytes &&
             end_of_ngrams(cursor, count, NgramRows::implied) == end_bytes) {
    return NgramRows::implied;
  }
  return NgramRows::written;
}

void take_ngrams(FinalfusionCursor& cursor, std::uint64_t count, NgramRows rows,
                 FinalfusionVocabulary& vocabulary) {
  vocabulary.ngram_rows.reserve(static_cast<std::size_t>(count));
  std::vector<bool> used(static_cast<std::size_t>(count));
  std::uint64_t used_rows = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t offset_bytes = cursor.offset_bytes();
    const std::string_view ngram = cursor.take_string("an n-gram");
    if (ngram.empty() || ngram.size() > kMaxWordBytes) {
      cursor.fail(offset_bytes, fmt::format("found an n-gram of {} bytes, expected 1 to {}",
                                            ngram.size(), kMaxWordBytes));
    }
    if (!vocabulary.ngrams.add(ngram)) {
      cursor.fail(offset_bytes, fmt::format("the n-gram {} is there twice", in_quotes(ngram)));
    }
    const std::uint64_t row_offset_bytes = cursor.offset_bytes();
    const std::uint64_t row =
        rows == NgramRows::written ? cursor.take_u64("the row of an n-gram") : i;
    if (row >= count) {
      cursor.fail(row_offset_bytes, fmt::format("found the row {} for the n-gram {}, expected less "
                                                "than {}, the number of n-grams",
                                                row, in_quotes(ngram), count));
    }
    if (!used[static_cast<std::size_t>(row)]) ++used_rows;
    used[static_cast<std::size_t>(row)] = true;
    vocabulary.subword_rows = std::max(vocabulary.subword_rows, row + 1);
    vocabulary.ngram_rows.push_back(static_cast<std::uint32_t>(row));
  }
  if (used_rows != vocabulary.subword_rows) {
    cursor.fail(cursor.offset_bytes(),
                fmt::format("found {} different rows of n-grams, the last of which is {}: expected "
                            "every row to have an n-gram",
                            used_rows, vocabulary.subword_rows - 1));
  }
}

void take_explicit_vocabulary(FinalfusionCursor& cursor, FinalfusionChunk& chunk,
                              FinalfusionVocabulary& vocabulary) {
  const std::uint64_t word_count = take_word_count(cursor);
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint64_t ngram_count =
      take_count(cursor, sizeof(std::uint32_t), "the number of n-grams");
  vocabulary.lengths_offset_bytes = cursor.offset_bytes();
  vocabulary.rules = take_lengths(cursor, SubwordScheme::listed);
  vocabulary.words = take_words(cursor, word_count);
  take_ngrams(cursor, ngram_count, tell_ngram_rows(cursor, ngram_count, chunk), vocabulary);
  // Each n-gram gets a row of its own: a small file must not become a huge one.
  constexpr std::uint64_t kMaxSharing = 256;
  if (ngram_count > vocabulary.subword_rows * kMaxSharing) {
    cursor.fail(offset_bytes,
                fmt::format("found {} n-grams that share {} rows, expected at most {} to a row",
                            ngram_count, vocabulary.subword_rows, kMaxSharing));
  }
  if (ngram_count == 0) vocabulary.rules.reset();
}

void take_content(FinalfusionCursor& cursor, FinalfusionChunk& chunk,
                  FinalfusionVocabulary& vocabulary) {
  switch (chunk.id) {
    case FinalfusionChunkId::bucket_vocab:
      return take_bucket_vocabulary(cursor, SubwordScheme::finalfusion, vocabulary);
    case FinalfusionChunkId::fasttext_vocab:
      return take_bucket_vocabulary(cursor, SubwordScheme::fasttext, vocabulary);
    case FinalfusionChunkId::explicit_vocab:
      return take_explicit_vocabulary(cursor, chunk, vocabulary);
    case FinalfusionChunkId::floret_vocab:
      return take_floret_vocabulary(cursor, vocabulary);
    default:
      vocabulary.words = take_words(cursor, take_word_count(cursor));
  }
}

}  // namespace

FinalfusionVocabulary take_finalfusion_vocabulary(FinalfusionCursor& cursor,
                                                  FinalfusionChunkId id) {
  FinalfusionChunk chunk = begin_finalfusion_chunk(cursor, id);
  FinalfusionVocabulary vocabulary;
  take_content(cursor, chunk, vocabulary);
  end_finalfusion_chunk(cursor, chunk);
  if (vocabulary.rules) {
    const std::string problem = problem_of(*vocabulary.rules);
    if (!problem.empty()) cursor.fail(chunk.begin_bytes, problem);
  }
  if (vocabulary.subword_rows > kMaxRows) {
    cursor.fail(chunk.begin_bytes, fmt::format("found {} buckets of n-grams, expected at most {}",
                                               vocabulary.subword_rows, kMaxRows));
  }
  return vocabulary;
}

}  // namespace wordvec
