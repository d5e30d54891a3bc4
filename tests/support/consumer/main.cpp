#include <iostream>
#include <string>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/open/model.h"
#include "wordvec/search/nearest.h"
#include "wordvec/search/query.h"

void print_nearest(const std::string& path, const std::string& text) {
  const auto model = wordvec::Model::open(path, "", {});
  const auto& embeddings = model.embeddings();
  const auto query = wordvec::parse_query(text, embeddings.vocabulary);
  const auto terms = wordvec::resolve(query, embeddings, false).terms;
  const auto vector = wordvec::query_vector(embeddings, terms);
  const auto inputs = wordvec::rows_of(terms);
  const wordvec::NearestQuery nearest_query{vector, inputs};
  const auto answers = wordvec::nearest(embeddings, {&nearest_query, 1}, {});
  for (const auto& answer : answers.front()) {
    std::cout << embeddings.vocabulary.word(answer.row) << ' ' << answer.score << '\n';
  }
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    print_nearest(argv[1], "king - man + woman");
  } catch (const wordvec::Error& error) {
    std::cerr << "consumer: " << error.what() << '\n';
    return 1;
  }
}
