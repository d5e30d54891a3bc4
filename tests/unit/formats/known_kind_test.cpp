#include "wordvec/formats/known_kind.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wordvec::known_kind_test {
namespace {

using namespace std::string_literals;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string sentence(std::string_view head) {
  const auto kind = known_kind(head);
  return kind ? sentence_of(*kind, kExpectedVectors) : "";
}

TEST(KnownKind, NamesFilesByTheirFirstBytes) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
       "is a Git LFS pointer, some lines that stand for the file itself: `git lfs pull`"},
      {"\x89HDF\r\n\x1a\n\0"s, "is an HDF5 file (Keras, h5py, PyTables): in Python, "},
      {"GGUF\x03\0\0\0"s, "is a GGUF file (llama.cpp): the .safetensors file"},
      {"PAR1\x15\x04\x15\x04"s, "is a Parquet file: "},
      {"ARROW1\0\0"s, "is an Arrow or Feather file: "},
      {"FEA1\0\0\0\0"s, "is a Feather file: "},
      {"SQLite format 3\0"s, "is an SQLite database (Magnitude's .magnitude): "},
      {"\x80\x02\x8a\nl\xfc\x9c"
       "F\xf9 j\xa8P\x19."s,
       "is a PyTorch checkpoint (torch.save): in Python, safetensors.torch.save_file("},
      {"MATLAB 5.0 MAT-file, Platform: GLNXA64", "is a MATLAB file: "},
      {"RDX3\nX\n\0\0\0\3"s, "is a file of R (.RData): "},
      {"X\n\0\0\0\3"s, "is a file of R (.rds): "},
      {"\xac\xed\0\x05sr"s, "is a serialised Java object: "},
      {"7z\xbc\xaf\x27\x1c\0\4"s, "is a 7-Zip archive: "},
      {"Rar!\x1a\x07\x01\0"s, "is a RAR archive: "},
      {"\x04\x22\x4d\x18"s, "is compressed with LZ4: use `lz4 -dc FILE | wordvec convert - OUT`"},
      {"\x28\0\0\0TFL3\0"s, "is a TensorFlow Lite model: "},
      {"\x08\x07\x12\x07pytorch\x1a\x05"s, "is a model of ONNX: "},
      {"\xff\xfe"
       "7\0 \0004\0\n\0"s,
       "is UTF-16 text, expected UTF-8: `iconv -f UTF-16 -t UTF-8`"},
      {"\xff\xfe\0\0t\0\0\0"s, "is UTF-32 text, expected UTF-8: `iconv -f UTF-32 -t UTF-8`"},
      {"t\0h\0e\0 \0001\0"s, "is UTF-16 text, expected UTF-8: `iconv -f UTF-16LE -t UTF-8`"},
      {"\0t\0h\0e\0 \0001"s, "is UTF-16 text, expected UTF-8: `iconv -f UTF-16BE -t UTF-8`"},
      {"{\"the\": [0.345, 0.82], \"king\": [1, 2]}", "is JSON: in Python, "},
      {"[[0.1, 0.2], [0.3, 0.4]]", "is JSON: "},
      {"the,0.345584,0.821618\nking,0.9,0.4\n",
       "is a table with commas (CSV): `tr , ' ' < FILE | wordvec convert - OUT`"},
      {"word,d1,d2\nking,0.9,0.4\n", "is a table with commas (CSV): `tail -n +2 FILE | tr , ' ' "},
      {"the, 0.1, 0.2\n", "is a table with commas (CSV): `tr , ' ' < FILE | "},
      {"king;0.1;0.2\nqueen;0.3;0.4\n",
       "is a table with semicolons (CSV): `tr ';' ' ' < FILE | wordvec convert - OUT` reads it, if "
       "no "
       "word has a semicolon or a space"},
      {"king;0,1;0,2\r\n", "is a table with semicolons (CSV): `tr ';,' ' .' < FILE | wordvec"},
      {"word;x;y\nking;0.1;2\n",
       "is a table with semicolons (CSV): `tail -n +2 FILE | tr ';' ' ' | wordvec"},
      {"0.1,0.2,0.3\n0.4,0.5,0.6\n",
       "is a table of numbers with commas (CSV), and has no words: `tr , ' ' < FILE | wordvec "
       "convert - OUT --from values --vocab WORDS` reads it, WORDS being a file of its words; if "
       "its "
       "first column is its words, `tr , ' ' < FILE | wordvec convert - OUT --from glove`"},
      {"x,y,z\n0.1,0.2,0.3\n",
       "is a table of numbers with commas (CSV), and has no words: `tail -n +2 FILE | tr"},
      {"1;2,5;3\n",
       "is a table of numbers with semicolons (CSV), and has no words: `tr ';,' ' .' <"},
      {"2 3\nking,0.1,0.2,0.3\nqueen,0.2,0.3,0.4\n",
       "is a table with commas (CSV): `tail -n +2 FILE | tr , ' ' | wordvec convert - OUT`"},
      {"2,3\nking,0.1,0.2,0.3\nqueen,0.2,0.3,0.4\n", "is a table with commas (CSV): `tail -n +2"},
      {"2 2\nking 0,1 0,2\n", "is a table whose numbers have decimal commas: `tail -n +2 FILE"},
      {"2 9\nking 1:0.5 9:0.02 \nqueen 2:0.25 7:0.1 \n",
       "is text of sparse vectors, INDEX:VALUE for each value that is not 0: write all values"},
      {"king 1:0.5 9:0.02\nqueen 2:0.25 7:0.1", "is text of sparse vectors, "},
      {"2001,0.1,0.2\nthe,0.3,0.4\n", "is a table with commas (CSV): "},
      // The first 4,096 bytes end in a number.
      {"the" + repeated(",-0.25", 2000), "is a table with commas (CSV): "},
      {"the" + repeated(",-0.5", 2000) + "\n", "is a table with commas (CSV): "},
      {"king 0.1 0.2\rqueen 0.3 0.4\r",
       "is text whose lines end with CR alone: `tr '\\r' '\\n' < FILE | wordvec convert - OUT` "
       "reads it"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "is XML, perhaps the message"},
      {"Entry not found", "holds only the message of a server: download it again"},
      {"name" + std::string(253, '\0') + "ustar", "is a tar archive: use `tar -xOf FILE MEMBER"},
      {"\x7f"
       "ELF\2\1\1\0"s,
       "is a program"},
  };
  for (const auto& [head, begin] : files) {
    EXPECT_EQ(sentence(head).substr(0, begin.size()), begin);
  }
}

// What the remedies print is tested in tests/cli/test_input_kinds.py.
TEST(KnownKind, SaysWhatReadsJsonOfEachShape) {
  const auto expect_remedy = [](const std::string& head, const std::string& part) {
    const std::string text = sentence(head);
    EXPECT_NE(text.find(part), std::string::npos) << head << '\n' << text;
  };
  const std::string row = R"({"id": 7, "lang": "en", "token": "the", "at": [0.5, -1]})";
  expect_remedy(row + '\n' + row + '\n',
                "is JSON Lines: in Python, `for line in open(FILE): r = json.loads(line); "
                "print(r['token'], *r['at'])` prints them");
  expect_remedy("{\"the\": [0.5]}\n{\"of\": [1]}\n",
                "json.loads(line); [print(word, *vector) for word, vector in r.items()]`");
  expect_remedy("[\"the\", 0.5]\n[\"of\", 1]\n", "json.loads(line); print(*r)`");
  expect_remedy("[\"the\", [0.5]]\n[\"of\", [1]]\n", "json.loads(line); print(r[0], *r[1])`");
  expect_remedy("[0.5, 1]\n[1, 2]\n", "numpy.array([json.loads(line) for line in open(FILE)],");
  expect_remedy(
      "[\n" + row + ",\n" + row + "\n]",
      "is JSON: in Python, `for r in json.load(open(FILE)): print(r['token'], *r['at'])`");
  expect_remedy("[[0.5, 1], [1, 2]]", "numpy.array(json.load(open(FILE)), 'float32'))");
  expect_remedy("[[0.5], [1]]", "numpy.array(json.load(open(FILE)), 'float32'))");
  expect_remedy(R"({"words": ["the", "of"], "vectors": [[0.5], [1]]})",
                "for word, vector in zip(d['words'], d['vectors']): print(word, *vector)`");
  expect_remedy(R"({"the": {"n": 5, "vector": [0.5]}})",
                "for word, r in json.load(open(FILE)).items(): print(word, *r['vector'])`");
  expect_remedy(R"({"version": "1.0", "added_tokens": []})", "is the tokenizer of a model");
  expect_remedy(R"({"the": 0, "of": 1})", "it has no vectors, name the file of these");
  expect_remedy(R"(["the", "of"])", "it has no vectors, name the file of these");
  expect_remedy(R"({"a": null, "b": [0.5]})", "print each word and its values as a line of text");
  // The quotes of a key would end a literal.
  expect_remedy(R"({"it's": 5, "token": "x", "it's a vector": [1]}
{"token": "x"})",
                "print each word and its values as a line of text");
  // A line that is longer than what is looked at is whole no more.
  std::string line = R"({"word": "the", "vector": [0.5)";
  for (int i = 0; i < 20'000; ++i) line += ", 0.25";
  expect_remedy(line + "]}\n", "is JSON: ");
}

TEST(KnownKind, SaysHowATableWithCommasIsRead) {
  const auto remedy_of = [](const std::string& head) { return known_kind(head)->for_vectors; };
  const std::string plain = "`tr , ' ' < FILE";
  const std::string headed = "`tail -n +2 FILE | tr , ' '";
  const auto begins = [](const std::string& text, const std::string& with) {
    EXPECT_EQ(text.substr(0, with.size()), with);
  };
  begins(remedy_of("the,0.5,1\nof,1,2\n"), plain);
  begins(remedy_of("the,0,1\nof,1,2\n"), plain);
  begins(remedy_of("word,a,b\nthe,0.5,1\n"), headed);
  // pandas names columns by numbers.
  begins(remedy_of(",0,1\nthe,0.5,1\n"), headed);
  begins(remedy_of("word,0,1\nthe,0.5,1\n"), headed);
  begins(remedy_of("lemma,0,1,2,3\nthe,0.5,1,2,3\n"), headed);
  const std::string rows = "[print(*r) for r in csv.reader(open('FILE'))]";
  const std::string rows_but_first = "[print(*r) for r in list(csv.reader(open('FILE')))[1:]]";
  const auto has = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  has(remedy_of("\"the\",0.5,1\n"), rows);
  has(remedy_of("\",\",0.5,1\nthe,1,2\n"), rows);
  has(remedy_of("the,1,2\n\"\"\"\",0.5,1\n"), rows);
  has(remedy_of("\"\",\"V1\",\"V2\"\n\"the\",0.5,1\n"), rows_but_first);
  // Of a line that is longer than what is looked at, the last number is not whole.
  for (std::size_t pad = 0; pad < 4; ++pad) {
    std::string line = "the" + std::string(pad, 'e');
    while (line.size() < 100'000) line += ",-1.5";
    begins(remedy_of(line + '\n'), plain);
  }
}

TEST(KnownKind, SaysHowTablesOfOtherCountriesAreRead) {
  const auto remedy_of = [](const std::string& head) {
    const auto kind = known_kind(head);
    const std::string text = kind ? kind->for_vectors : "`";
    return text.substr(1, text.find('`', 1) - 1);
  };
  EXPECT_EQ(remedy_of("the;0,5;1\nof;1;-2,5\n"), "tr ';,' ' .' < FILE | wordvec convert - OUT");
  EXPECT_EQ(remedy_of("w;a;b\nof;1;2.5\n"), "tail -n +2 FILE | tr ';' ' ' | wordvec convert - OUT");
  EXPECT_EQ(remedy_of("the 0,5 1,5e-3\nof 1,0 -2,5\n"), "tr , . < FILE | wordvec convert - OUT");
  EXPECT_EQ(remedy_of("w\ta\tb\nof\t1,0\t-2,5\n"),
            "tail -n +2 FILE | tr , . | wordvec convert - OUT");
  for (const char* text : {"the 0,5\nof 1,5\n", "the 1,061,396 2\nof 1,000,000 3\n", "a;b\nc;d\n",
                           "the 1 2\nof 1 2\n", "a b, c\nd 1,2 e,\n", ";) 1 2\n:; 1 2\n"}) {
    EXPECT_FALSE(known_kind(text)) << text;
  }
}

TEST(KnownKind, NamesPicklesOfEveryProtocol) {
  // pickle.dumps() of ["the"], {"the": 1} and a NumPy array, by protocol.
  for (const std::string& head :
       {"(lp0\nVthe\np1\na."s, "(dp0\nVthe\np1\nI1\ns."s, "((lp0\nVthe\np1\nacnumpy"s,
        "cnumpy.core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\n"s, "]q\0X\3\0\0\0the"s,
        "}q\0X\3\0\0\0the"s, "cnumpy.core.multiarray\n_reconstruct\nq\0(cnumpy\nndarray\nq\1"s,
        "ccopy_reg\n_reconstructor\np0\n(cgensim.models.word2vec\nWord2Vec\n"s, "\x80\x02]q\0"s,
        "\x80\x03}q\0"s, "\x80\x04\x95\x0b"s, "\x80\x05\x95\x0b"s}) {
    EXPECT_EQ(sentence(head).substr(0, 18), "is a Python pickle") << head;
  }
}

TEST(KnownKind, LeavesTextAsItIs) {
  for (const std::string& text : {"GGUF 1 2\nGGML 3 4\n"s,
                                  "PAR1\nFEA1\n"s,
                                  "LZIP\n"s,
                                  "cat 1\ndog 2\np1 3\n"s,
                                  "cnumbers\nctorches\n"s,
                                  "(l 1 2\n"s,
                                  "] 1\n} 2\n"s,
                                  "{ 1 2\n} 3 4\n"s,
                                  "[ 1 2\n"s,
                                  "a,b 1 2\nc 3 4\n"s,
                                  "1,000 2\n"s,
                                  "7z 1 2\n"s,
                                  "x\n"s,
                                  "BZh 1\n"s,
                                  "\xff 1\n"s,
                                  "a"s,
                                  ""s,
                                  "Not\nFound\n"s,
                                  "#version 1\n"s,
                                  "ustar 1\n"s,
                                  "the 0.1,0.2\n"s,
                                  "1,2 3,4 5,6\n"s,
                                  "$ 2,5 0.1 0.2\nthe 0.1 0.2 0.3\n"s,
                                  ", 0.1 0.2\n; 0.3 0.4\n"s,
                                  "a;b 1 2\nc;5;d 3 4\n"s,
                                  "the,12\nof,5\n"s,
                                  "king;12\nof;5\n"s,
                                  "lunch 12:30\ndinner 18:45\n"s,
                                  "the 1:2 3:4\nof 1 2\n"s,
                                  "king\r"s,
                                  "x\xda\xa9 1\n"s,  // begins as zlib does
                                  "x^2 1\n"s,
                                  "a\rb " + std::string(5000, 'c') + "\nd\n",
                                  "a\rb\n"s}) {
    EXPECT_EQ(sentence(text), "") << text;
  }
}

TEST(KnownKind, NamesArchivesThatProgramsReadAsOneFile) {
  const auto sentence_of = [](const std::vector<std::string>& names) {
    const auto kind = known_zip_kind(names);
    return kind ? kind->name : "";
  };
  EXPECT_EQ(sentence_of({"archive/data.pkl", "archive/data/0", "archive/version"}),
            "is a PyTorch checkpoint (torch.save)");
  EXPECT_EQ(sentence_of({"model/data.pkl", "model/byteorder", "model/data/0"}),
            "is a PyTorch checkpoint (torch.save)");
  EXPECT_EQ(sentence_of({"[Content_Types].xml", "word/document.xml"}),
            "is a document of Word, Excel or PowerPoint");
  EXPECT_EQ(sentence_of({"mimetype", "content.xml"}), "is a document of LibreOffice");
  EXPECT_EQ(sentence_of({"metadata.json", "config.json", "model.weights.h5"}), "is a Keras model");
  EXPECT_EQ(sentence_of({"syn0.txt", "syn1.txt", "codes.txt"}), "is a model of Deeplearning4j");
  EXPECT_EQ(sentence_of({"glove.6B.50d.txt", "glove.6B.100d.txt"}), "");
}

}  // namespace
}  // namespace wordvec::known_kind_test
