// Answers the requests of tests/bench/peers in one warm process, and tells how long each took.
//
//   ask CONTAINER < REQUESTS > ANSWERS
//
// A request is a line, its fields separated by tabs. An answer is a line of JSON: "ms" is the time
// from words to rows; answers are row numbers, so that no spelling stands between us and a peer.
//   nearest THREADS K WORD…       {"ms": …, "answers": [[row, …], …]}, all words in one batch
//   analogies THREADS FILE        the same, the best answer to B − A + C for each line "A B C D";
//                                 lines that begin with ": " are headings
//   read                          {"ms": …}: each float32 of the matrix, once
//   pca THREADS FILE COMPONENTS   {"ms": …, "explained": [ratio, ratio]}; the points go to FILE, as
//                                 float32 [rows, COMPONENTS], after the time was taken
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "bench_data.h"
#include "wordvec/analysis/pca.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/analogies.h"
#include "wordvec/store/container.h"

namespace wordvec::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Answers = std::vector<std::vector<Neighbor>>;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, separator);) fields.push_back(field);
  return fields;
}

Row row_of(const Embeddings& embeddings, const std::string& word) {
  const auto row = embeddings.vocabulary.find(word);
  if (!row) throw Error(ErrorCode::usage, in_quotes(word) + " is not in the vocabulary");
  return *row;
}

Answers answer(const Embeddings& embeddings, const std::vector<Question>& questions, std::size_t k,
               unsigned threads) {
  std::vector<NearestQuery> queries;
  for (const Question& question : questions) queries.push_back(question.query());
  NearestOptions options;
  options.k = k;
  options.threads = threads;
  return nearest(embeddings, queries, options);
}

void print_answers(double milliseconds, const Answers& answers) {
  std::string text = "[";
  for (const auto& neighbors : answers) {
    text += text.size() > 1 ? ", [" : "[";
    for (std::size_t i = 0; i < neighbors.size(); ++i) {
      text += (i > 0 ? ", " : "") + std::to_string(neighbors[i].row);
    }
    text += "]";
  }
  std::cout << "{\"ms\": " << milliseconds << ", \"answers\": " << text << "]}\n";
}

void ask_nearest(const Embeddings& embeddings, const std::vector<std::string>& fields) {
  const auto start = Clock::now();
  std::vector<Question> questions;
  for (std::size_t i = 3; i < fields.size(); ++i) {
    questions.push_back(ask_word(embeddings, row_of(embeddings, fields[i])));
  }
  const auto answers = answer(embeddings, questions, std::stoul(fields.at(2)),
                              static_cast<unsigned>(std::stoul(fields.at(1))));
  print_answers(milliseconds_since(start), answers);
}

void ask_analogies(const Embeddings& embeddings, const std::vector<std::string>& fields) {
  const auto start = Clock::now();
  std::vector<Analogy> questions;
  std::ifstream file(fields.at(2));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(": ")) continue;
    const auto words = split(line, ' ');
    questions.push_back({row_of(embeddings, words.at(1)), row_of(embeddings, words.at(0)),
                         row_of(embeddings, words.at(2))});
  }
  NearestOptions options;
  options.k = 1;
  options.threads = static_cast<unsigned>(std::stoul(fields.at(1)));
  const auto answers = analogies(embeddings, questions, false, options);
  print_answers(milliseconds_since(start), answers);
}

void ask_pca(const Embeddings& embeddings, const std::vector<std::string>& fields) {
  const auto start = Clock::now();
  const PcaResult result =
      pca(embeddings.matrix, {},
          {std::stoul(fields.at(3)), static_cast<unsigned>(std::stoul(fields.at(1)))});
  const double milliseconds = milliseconds_since(start);
  std::ofstream file(fields.at(2), std::ios::binary);
  file.write(reinterpret_cast<const char*>(result.points.data()),
             static_cast<std::streamsize>(result.points.size() * sizeof(float)));
  if (!file.flush()) throw Error(ErrorCode::io, fields.at(2) + ": cannot be written");
  std::cout << "{\"ms\": " << milliseconds << ", \"explained\": ["
            << result.explained_variance_ratio[0] << ", " << result.explained_variance_ratio[1]
            << "]}\n";
}

void ask_read(const Embeddings& embeddings) {
  const auto start = Clock::now();
  volatile float sum = read_matrix(embeddings.matrix);
  static_cast<void>(sum);
  std::cout << "{\"ms\": " << milliseconds_since(start) << "}\n";
}

void serve(const Embeddings& embeddings) {
  std::cout.precision(9);
  for (std::string line; std::getline(std::cin, line);) {
    const auto fields = split(line, '\t');
    const std::string request = fields.empty() ? "" : fields[0];
    if (request == "nearest") {
      ask_nearest(embeddings, fields);
    } else if (request == "analogies") {
      ask_analogies(embeddings, fields);
    } else if (request == "pca") {
      ask_pca(embeddings, fields);
    } else if (request == "read") {
      ask_read(embeddings);
    } else {
      throw Error(ErrorCode::usage, "unknown request: " + line);
    }
    std::cout.flush();
  }
}

}  // namespace
}  // namespace wordvec::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: ask CONTAINER < REQUESTS > ANSWERS\n", stderr);
    return 2;
  }
  try {
    const auto container = wordvec::Container::open(argv[1]);
    wordvec::bench::serve(container.embeddings());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ask: %s\n", error.what());
    return 3;
  }
}
