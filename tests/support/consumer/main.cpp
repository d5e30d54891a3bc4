#include <iostream>
#include <vector>

#include "wordvec/open/model.h"
#include "wordvec/search/nearest.h"
#include "wordvec/search/query.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto model = wordvec::Model::open(argv[1], "", {});
  const auto& embeddings = model.embeddings();
  const auto query = wordvec::parse_query("king - man + woman", embeddings.vocabulary);
  const auto terms = wordvec::resolve(query, embeddings, false).terms;
  const auto vector = wordvec::query_vector(embeddings, terms);
  const auto inputs = wordvec::rows_of(terms);
  const wordvec::NearestQuery nearest_query{vector, inputs};
  const auto answers = wordvec::nearest(embeddings, {&nearest_query, 1}, {});
  for (const auto& answer : answers.front()) {
    std::cout << embeddings.vocabulary.word(answer.row) << ' ' << answer.score << '\n';
  }
}
