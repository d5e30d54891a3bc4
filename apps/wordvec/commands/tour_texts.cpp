#include "commands/tour_texts.h"

namespace wordvec::cli {
namespace {

constexpr std::array<TourStep, 9> kSteps = {{
    {Station::text,
     {"Text", "文本"},
     {"A computer cannot add and multiply letters, so a text has to become numbers. This command "
      "goes the whole way, from a sentence to a matrix; the next steps take it apart.",
      "计算机没法拿文字做加减乘除，所以文本先得变成数字。下面这一条命令走完了全程：进去一句话，"
      "出来一个矩阵。接下来的几步，把这段路拆开慢慢看。"}},
    {Station::words,
     {"Words", "词"},
     {"First the text is cut into words. A punctuation mark is a word of its own, with or without "
      "a "
      "space before it, and capital letters become small ones where the vocabulary needs it.",
      "第一步是分词：把文本切成一个个词。标点单独算一个词，前面有没有空格都一样；"
      "词表里只有小写时，大写字母会转成小写。"}},
    {Station::rows,
     {"Rows", "行号"},
     {"Each word has a number: its place in the vocabulary, which lists the {rows} words that the "
      "model knows, counted from 0. To the model, '{word}' is row {row}.",
      "模型认识的 {rows} 个词都列在词表里，每个词在其中的位置就是它的行号，从 0 数起。"
      "对模型来说，{word} 就是第 {row} 行。"}},
    {Station::onehot,
     {"One-hot", "独热编码"},
     {"Textbooks write the number as a one-hot row: a value for each word of the vocabulary, all 0 "
      "but a single 1. Multiplied with the embedding matrix, it gives the word's row. Here is the "
      "proof, with every multiplication done.",
      "教科书把行号写成独热（one-hot）向量：词表有多少个词，它就有多少个数，只有一个是 1，"
      "其余都是 0。用它去乘嵌入矩阵，得到的正好是这个词的那一行。口说无凭，"
      "下面把每一次乘法都真的算一遍。"}},
    {Station::lookup,
     {"Look-up", "查表"},
     {"The result is the same, so nobody multiplies: an embedding layer, such as nn.Embedding of "
      "PyTorch, copies the rows. {n} words become a matrix of {n} × {dim} values.",
      "既然结果一样，就没必要真去乘。嵌入层（比如 PyTorch 的 nn.Embedding）做的只是查表："
      "把对应的行抄出来。{n} 个词，就得到一个 {n} × {dim} 的矩阵。"}},
    {Station::vectors,
     {"Vectors", "向量"},
     {"A row is a vector, {dim} long: its coordinates give the word its place in space. Training "
      "has put words that keep the same company close together. No single number tells what a word "
      "means; all of them together do.",
      "一行就是一个向量：{dim} 个坐标，定下这个词在空间里的位置。训练时，"
      "上下文相似的词会被放到相近的地方。单看其中一个数，看不出词的意思；"
      "合在一起看，意思就在里面。"}},
    {Station::similarity,
     {"Similarity", "相似度"},
     {"How alike are two words? Take the angle between their vectors: its cosine is 1 for one and "
      "the same direction, and 0 for a right angle. These words are nearest to '{like}'.",
      "两个词有多像？看两个向量的夹角：方向完全一致，余弦是 1；互相垂直，余弦是 0。"
      "和 {like} 最接近的是这几个词。"}},
    {Station::analogy,
     {"Analogy", "类比"},
     {"Directions have meaning too. A step leads from '{b}' to '{a}'; take the same step from "
      "'{c}': "
      "where do you arrive?",
      "方向也有含义。从 {b} 走到 {a} 是一步；换成从 {c} 出发，照样走这一步，会走到哪个词？"}},
    {Station::picture,
     {"Picture", "画图"},
     {"Nobody can look at {dim} dimensions. Principal component analysis (PCA) keeps the two "
      "directions in which these words differ most: enough for a picture.",
      "{dim} 维空间谁也看不见。主成分分析（PCA）只保留这些词差别最大的两个方向，"
      "这样就能画到平面上了。"}},
}};

}  // namespace

std::span<const TourStep> tour_steps() {
  return kSteps;
}

const Text kTourBegin = {
    "From a text to a picture in nine steps, with a model of {rows} words, each a vector of {dim} "
    "values. Every output below is that of the command above it.",
    "从文本到图，一共九步。手头的模型有 {rows} 个词，每个词是一个 {dim} 维的向量。"
    "下面的每段输出，都是上面那条命令当场算出来的。"};

const Text kTourEnd = {
    "That was the road. From here: `wordvec explain` shows how things work inside, `wordvec fetch "
    "glove.6B.300d` gets a model of 400,000 words, and `wordvec --help` lists what else there is.",
    "全程走完了。接下来可以用 `wordvec explain` 看看内部是怎么算的，用 "
    "`wordvec fetch glove.6B.300d` 下载一个有 40 万词的模型，其他命令见 `wordvec --help`。"};

const Text kTourLeftOut = {"(This model does not have the words for this step, so it is left out.)",
                           "（这个模型的词表里没有合适的词，这一步跳过。）"};

const Text kTourPrompt = {"Enter: next step   q: quit", "回车：下一步　q：退出"};

}  // namespace wordvec::cli
