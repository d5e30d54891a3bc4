#include "wordvec/eval/analogy_solver.h"

#include <algorithm>

#include "wordvec/search/analogies.h"

namespace wordvec {
namespace {

// Between two reports of progress.
constexpr std::size_t kPieceAnalogies = 16'384;

// Its answer is to c as b is to a.
Analogy analogy_of(const AnsweredAnalogy& question) {
  return {question.rows->b, question.rows->a, question.rows->c};
}

}  // namespace

AnalogySolver::AnalogySolver(const Embeddings& embeddings, const AnalogyProtocol& protocol,
                             const AnalogyEvaluation& evaluation)
    : embeddings_(embeddings), protocol_(protocol), evaluation_(evaluation) {
  options_.k = protocol.answers;
  options_.top_rows = evaluation.top_rows_of(protocol);
  options_.threads = evaluation.threads;
}

void AnalogySolver::answer(std::vector<AnsweredAnalogy>& questions) const {
  const auto ask = evaluation_.method == AnalogyMethod::add ? analogies : analogies_by_product;
  for (std::size_t begin = 0; begin < questions.size(); begin += kPieceAnalogies) {
    const std::size_t end = std::min(questions.size(), begin + kPieceAnalogies);
    std::vector<Analogy> asked;
    for (std::size_t i = begin; i < end; ++i) asked.push_back(analogy_of(questions[i]));
    const auto found = ask(embeddings_, asked, false, options_);
    for (std::size_t i = begin; i < end; ++i) {
      questions[i].answer = choose(found[i - begin], questions[i]);
    }
    if (evaluation_.progress) evaluation_.progress(end, questions.size());
  }
}

bool AnalogySolver::is_right(const Neighbor& answer, const AnsweredAnalogy& question) const {
  return is_same_word(answer.row, question.rows->right);
}

std::optional<Neighbor> AnalogySolver::choose(std::span<const Neighbor> answers,
                                              const AnsweredAnalogy& question) const {
  if (answers.empty()) return std::nullopt;
  if (protocol_.score_is_positive && !(answers.front().score > 0)) return std::nullopt;
  if (protocol_.answers == 1) return answers.front();
  // Where all are inputs gensim keeps the last, which is right when an input is.
  const auto chosen = std::find_if(answers.begin(), answers.end(), [&](const Neighbor& answer) {
    return !is_input(answer.row, question);
  });
  return chosen == answers.end() ? answers.back() : *chosen;
}

bool AnalogySolver::is_same_word(Row a, Row b) const {
  if (a == b) return true;
  if (protocol_.folding == CaseFolding::none) return false;
  return folded(embeddings_.vocabulary.word(a), protocol_.folding) ==
         folded(embeddings_.vocabulary.word(b), protocol_.folding);
}

bool AnalogySolver::is_input(Row row, const AnsweredAnalogy& question) const {
  return is_same_word(row, question.rows->a) || is_same_word(row, question.rows->b) ||
         is_same_word(row, question.rows->c);
}

}  // namespace wordvec
