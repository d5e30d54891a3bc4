#include "wordvec/formats/known_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "wordvec/base/compressed.h"
#include "wordvec/base/error.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/input.h"
#include "wordvec/formats/known_csv.h"
#include "wordvec/formats/known_json.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/web_page.h"
#include "wordvec/formats/word2vec_header.h"
#include "wordvec/formats/zip_stream.h"

namespace wordvec {
namespace {

using namespace std::string_view_literals;

// What holds no text that somebody would want to be read.
constexpr std::string_view kNoText = "name a file of text";

struct Signature {
  std::string_view bytes;
  std::string_view name;
  std::string_view for_vectors;
  std::string_view for_words;
  std::string_view for_text = kNoText;
  std::size_t at = 0;
};

constexpr std::string_view kDownloadAgain = "download it again";
constexpr std::string_view kUnpack = "unpack it, and name the file of vectors in it";
constexpr std::string_view kUnpackWords = "unpack it, and name the list of words in it";
constexpr std::string_view kUnpackText = "unpack it, and name the file of text in it";
constexpr std::string_view kSaveText = "save it as plain text, UTF-8";
constexpr std::string_view kPull =
    "`git lfs pull` in its repository fetches that, or download it from its web page";
constexpr std::string_view kLz4 = "unpack it with `lz4 -dc FILE > OUT`";
constexpr std::string_view kSnappy = "unpack it with `snzip -dc FILE > OUT`";
constexpr std::string_view kLzip = "unpack it with `lzip -dc FILE > OUT`";
constexpr std::string_view kLzop = "unpack it with `lzop -dc FILE > OUT`";
constexpr std::string_view kLzma = "unpack it with `xz --format=lzma -dc FILE > OUT`";
constexpr std::string_view kCompress = "unpack it with `gzip -dc FILE > OUT`";
constexpr std::string_view kTarText = "`tar -xOf FILE MEMBER` prints the text in it";
constexpr std::string_view kFeatherText =
    "in Python, pandas.read_feather(FILE).to_csv('text.tsv', sep='\\t', index=False) writes its "
    "columns as text";
constexpr std::string_view kParquetText =
    "in Python, pandas.read_parquet(FILE).to_csv('text.tsv', sep='\\t', index=False) writes its "
    "columns as text";
constexpr std::string_view kPickleText =
    "if you trust it, pickle.load(open(FILE, 'rb')) reads it in Python; write it as text";
constexpr std::string_view kZlibText =
    "`python3 -c \"import sys, zlib; sys.stdout.buffer.write(zlib.decompress(open('FILE', "
    "'rb').read()))\" > OUT` unpacks it";
constexpr std::string_view kPackedTwice = "is compressed twice, or an archive in another";
constexpr std::string_view kUnpackTwice =
    "unpack it once (`gzip -dc FILE > OUT`, `unzip FILE`, …), and name what comes out";
constexpr std::string_view kArrow =
    "in Python, pandas.read_feather(FILE).to_csv('vectors.txt', sep='\\t', quoting=3, "
    "header=False, index=False) writes text, if the first column has the words, and each value a "
    "column of its own";
constexpr std::string_view kArrowWords =
    "in Python, pandas.read_feather(FILE)['NAME'] has the words of a column; write them one a line";
constexpr std::string_view kTorch = "is a PyTorch checkpoint (torch.save)";
constexpr std::string_view kTorchVectors =
    "in Python, safetensors.torch.save_file(torch.load(FILE, map_location='cpu', "
    "weights_only=True), 'model.safetensors') writes its tensors to a file that is read here";
constexpr std::string_view kTorchWords = "write the words one a line, in Python";
constexpr std::string_view kPickle = "is a Python pickle, which can run programs and is not read";
constexpr std::string_view kPickleVectors =
    "if gensim wrote it, gensim.models.KeyedVectors.load(FILE), or Word2Vec.load(FILE).wv of the "
    "same module, has save_word2vec_format('vectors.bin', binary=True); of a matrix and a list, "
    "numpy.save('m.npy', MATRIX) and the words, one a line, in m.vocab.txt";
constexpr std::string_view kPickleWords =
    "if you trust it, `python3 -c \"import pickle; print(*pickle.load(open('FILE', 'rb')), "
    "sep='\\n')\"` prints the words of a list or a dict, one a line";

constexpr std::string_view kZlib = "is compressed with zlib, as joblib.dump(…, compress=N) does";
constexpr std::string_view kZlibVectors =
    "if joblib wrote it, numpy.save('m.npy', joblib.load(FILE)) writes a matrix, whose words go "
    "one a line to m.vocab.txt; otherwise use `python3 -c \"import sys, zlib; "
    "sys.stdout.buffer.write(zlib.decompress(open('FILE', 'rb').read()))\" | wordvec convert - "
    "OUT`";
constexpr std::string_view kZlibWords =
    "if joblib wrote it and you trust it, `python3 -c \"import joblib; print(*joblib.load('FILE'), "
    "sep='\\n')\"` prints the words of a list or a dict, one a line; otherwise unpack it: `python3 "
    "-c \"import sys, zlib; sys.stdout.buffer.write(zlib.decompress(open('FILE', 'rb').read()))\" "
    "> OUT`";

constexpr auto kSignatures = std::to_array<Signature>({
    {"version https://git-lfs.github.com/spec/"sv,
     "is a Git LFS pointer, some lines that stand for the file itself", kPull, kPull, kPull},
    {"\x89HDF\r\n\x1a\n"sv, "is an HDF5 file (Keras, h5py, PyTables)",
     "in Python, numpy.save('m.npy', h5py.File(FILE)['NAME'][:]) takes a matrix out; its words go "
     "one a line to m.vocab.txt",
     "in Python, h5py.File(FILE)['NAME'].asstr()[:] has the words; write them one a line"},
    {"GGUF"sv, "is a GGUF file (llama.cpp)",
     "the .safetensors file that it was made of has the embeddings, and is read here",
     "tokenizer.json of the model that it was made of has the words, and is read here"},
    {"PAR1"sv, "is a Parquet file",
     "in Python, pandas.read_parquet(FILE).to_csv('vectors.txt', sep='\\t', quoting=3, "
     "header=False, index=False) writes text, if the first column has the words, and each value a "
     "column of its own",
     "in Python, pandas.read_parquet(FILE)['NAME'] has the words of a column; write them one a "
     "line",
     kParquetText},
    {"ARROW1"sv, "is an Arrow or Feather file", kArrow, kArrowWords, kFeatherText},
    {"FEA1"sv, "is a Feather file", kArrow, kArrowWords, kFeatherText},
    {"SQLite format 3\0"sv, "is an SQLite database (Magnitude's .magnitude)",
     "in Python, `for word, vector in pymagnitude.Magnitude(FILE)` gives the rows; write each as a "
     "line of text",
     "in Python, `for word, vector in pymagnitude.Magnitude(FILE)` gives the words; write them one "
     "a line"},
    // The magic number of torch.save() before 1.6, pickled.
    {"\x80\x02\x8a\x0al\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv, kTorch, kTorchVectors, kTorchWords},
    {"MATLAB 5.0 MAT-file"sv, "is a MATLAB file",
     "in Python, numpy.save('m.npy', scipy.io.loadmat(FILE)['NAME']) takes a matrix out; its words "
     "go one a line to m.vocab.txt",
     "in Python, scipy.io.loadmat(FILE)['NAME'] has the words; write them one a line"},
    {"MATLAB 7.3 MAT-file"sv, "is a MATLAB file of version 7.3",
     "in Python, numpy.save('m.npy', h5py.File(FILE)['NAME'][:].T) takes a matrix out; its words "
     "go one a line to m.vocab.txt",
     "in MATLAB, writelines(WORDS, 'words.txt') writes them one a line"},
    {"RDX2\n"sv, "is a file of R (.RData)",
     "in R, load() it and write.table(M, 'vectors.txt', quote=FALSE, col.names=FALSE)",
     "in R, load() it and writeLines(WORDS, 'words.txt')"},
    {"RDX3\n"sv, "is a file of R (.RData)",
     "in R, load() it and write.table(M, 'vectors.txt', quote=FALSE, col.names=FALSE)",
     "in R, load() it and writeLines(WORDS, 'words.txt')"},
    {"X\n\0\0\0"sv, "is a file of R (.rds)",
     "in R, write.table(readRDS(FILE), 'vectors.txt', quote=FALSE, col.names=FALSE)",
     "in R, writeLines(readRDS(FILE), 'words.txt')"},
    {"\xac\xed\0\x05"sv, "is a serialised Java object",
     "load it in the program that wrote it (DL4J: WordVectorSerializer.writeWord2VecModel), and "
     "write text",
     "load it in the program that wrote it, and write the words one a line"},
    {"TFL3"sv, "is a TensorFlow Lite model",
     "take the matrix out in Python, and numpy.save('m.npy', MATRIX)", "write the words one a line",
     kNoText, 4},
    {"\xde\xc0\xef\xbe"sv, "is an LMDB database",
     "read it in Python with lmdb, and write each row as a line of text",
     "read it in Python with lmdb, and write the words one a line", kNoText, 16},
    {"IxF"sv, "is an index of faiss",
     "in Python, i = faiss.read_index(FILE); numpy.save('m.npy', i.reconstruct_n(0, i.ntotal)) "
     "takes the vectors out; their words go one a line to m.vocab.txt",
     "it holds no words"},
    {"\x89PNG"sv, "is a PNG image", {}, {}},
    {"\xff\xd8\xff"sv, "is a JPEG image", {}, {}},
    {"GIF8"sv, "is a GIF image", {}, {}},
    {"%PDF-"sv, "is a PDF document", {}, {}},
    {"{\\rtf"sv, "is an RTF document", kSaveText, kSaveText, kSaveText},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "is an old Word or Excel document",
     "save it as plain text, or as CSV", kSaveText, kSaveText},
    {"7z\xbc\xaf\x27\x1c"sv, "is a 7-Zip archive", kUnpack, kUnpackWords, kUnpackText},
    {"Rar!\x1a\x07"sv, "is a RAR archive", kUnpack, kUnpackWords, kUnpackText},
    {"\x04\x22\x4d\x18"sv, "is compressed with LZ4", "use `lz4 -dc FILE | wordvec convert - OUT`",
     kLz4, kLz4},
    {"\xff\x06\0\0sNaPpY"sv, "is compressed with Snappy",
     "use `snzip -dc FILE | wordvec convert - OUT`", kSnappy, kSnappy},
    {"LZIP"sv, "is compressed with lzip", "use `lzip -dc FILE | wordvec convert - OUT`", kLzip,
     kLzip},
    {"\x89LZO"sv, "is compressed with lzop", "use `lzop -dc FILE | wordvec convert - OUT`", kLzop,
     kLzop},
    {"\x5d\0\0"sv, "is compressed with LZMA",
     "use `xz --format=lzma -dc FILE | wordvec convert - OUT`", kLzma, kLzma},
    {"\x1f\x9d"sv, "is compressed with compress (.Z)",
     "use `gzip -dc FILE | wordvec convert - OUT`", kCompress, kCompress},
    // The levels of zlib: 6, 2 to 5 (joblib.dump(…, compress=True)), 0 and 1, and 7 to 9.
    {"\x78\x9c"sv, kZlib, kZlibVectors, kZlibWords, kZlibText},
    {"\x78\x5e"sv, kZlib, kZlibVectors, kZlibWords, kZlibText},
    {"\x78\x01"sv, kZlib, kZlibVectors, kZlibWords, kZlibText},
    {"\x78\xda"sv, kZlib, kZlibVectors, kZlibWords, kZlibText},
    {"ustar"sv, "is a tar archive", "use `tar -xOf FILE MEMBER | wordvec convert - OUT`",
     "`tar -xOf FILE MEMBER` prints the list of words in it", kTarText, 257},
    {"\x7f"
     "ELF"sv,
     "is a program",
     {},
     {}},
    {"#version: "sv, "is the list of merges of a byte-pair encoding, which are not words",
     "it belongs to a tokenizer", "vocab.json or tokenizer.json beside it has the words"},
});

KnownKind described_kind(std::string_view name, std::string_view for_vectors,
                         std::string_view for_words, std::string_view for_text = kNoText) {
  return {std::string(name), std::string(for_vectors), std::string(for_words),
          std::string(for_text)};
}

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
  return text;
}

// "p12\n" at the front, which puts an object into a pickle's memory.
bool begins_put(std::string_view text) {
  if (!text.starts_with('p')) return false;
  const std::size_t end = text.find_first_not_of("0123456789", 1);
  return end != std::string_view::npos && end > 1 && text[end] == '\n';
}

// Pickles of protocols 0 and 1, which have no header.
bool looks_like_old_pickle(std::string_view head) {
  std::string_view text = head;
  // Marks of tuples; a text has none in front of what follows.
  while (text.starts_with('(') && head.size() - text.size() < 8) text.remove_prefix(1);
  const bool has_mark = text.size() < head.size();
  if (has_mark && (text.starts_with('l') || text.starts_with('d') || text.starts_with('t')) &&
      begins_put(text.substr(1))) {
    return true;
  }
  if ((text.starts_with("]q"sv) || text.starts_with("}q"sv)) && text.size() > 2 &&
      static_cast<unsigned char>(text[2]) < 0x20 && text[2] != '\n' && text[2] != '\t') {
    return true;
  }
  // A class: its module and its name.
  constexpr std::array<std::string_view, 13> kModules = {
      "cnumpy", "cgensim",  "ccopy_reg", "c__builtin__", "cbuiltins", "ccollections", "cpandas",
      "cscipy", "csklearn", "ctorch",    "c_codecs",     "cjoblib",   "c__main__"};
  const bool has_module = std::any_of(kModules.begin(), kModules.end(), [&](std::string_view name) {
    return text.starts_with(name) && (text.substr(name.size()).starts_with('\n') ||
                                      text.substr(name.size()).starts_with('.'));
  });
  return has_module && std::count(text.begin(), text.end(), '\n') >= 2;
}

// A model of ONNX: a protocol buffer of a version and the name of the program that wrote it.
bool looks_like_onnx(std::string_view head) {
  if (head.size() < 8 || head[0] != 0x08 || head[1] < 1 || head[1] > 20 || head[2] != 0x12) {
    return false;
  }
  const std::string_view name = head.substr(4, static_cast<unsigned char>(head[3]));
  return name.size() == static_cast<unsigned char>(head[3]) && !name.empty() && name.size() < 60 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                  c == '.' || c == ' ';
         });
}

// The answer of a server in place of a file.
bool is_refusal(std::string_view head) {
  constexpr std::array<std::string_view, 5> kAnswers = {"Entry not found", "Repository not found",
                                                        "Invalid username or password.",
                                                        "Not Found", "404: Not Found"};
  while (!head.empty() && head.back() == '\n') head.remove_suffix(1);
  return std::find(kAnswers.begin(), kAnswers.end(), head) != kAnswers.end();
}

// All but a last character that is cut is UTF-8.
bool is_utf8_as_far_as_it_goes(std::string_view head) {
  constexpr int kMaxCutBytes = 3;
  for (int i = 0; i < kMaxCutBytes && !head.empty() && !is_valid_utf8(head); ++i) {
    head.remove_suffix(1);
  }
  return is_valid_utf8(head);
}

// Whether a file may begin so and yet be text: then it takes a byte that texts do not have. ("xÚ"
// is how zlib begins, and the first byte of Arabic letters.)
bool fits(const Signature& signature, std::string_view head) {
  constexpr std::size_t kCertainBytes = 5;
  if (head.size() <= signature.at || !head.substr(signature.at).starts_with(signature.bytes)) {
    return false;
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x09; };
  const bool is_word = std::none_of(signature.bytes.begin(), signature.bytes.end(), is_control);
  return !is_word || (signature.at == 0 && signature.bytes.size() > kCertainBytes) ||
         signature.bytes.starts_with('%') || signature.bytes.starts_with('{') ||
         std::any_of(head.begin(), head.end(), is_control) || !is_utf8_as_far_as_it_goes(head);
}

}  // namespace

bool looks_like_pickle(std::string_view head) {
  const bool has_header = head.size() > 1 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
  return has_header || looks_like_old_pickle(head);
}

bool looks_like_sentencepiece(std::string_view head) {
  // A piece: field 1, of which field 1 is its text and field 2 its score, a float.
  if (head.size() < 8 || head[0] != 0x0a || head[2] != 0x0a) return false;
  const auto piece_bytes = static_cast<unsigned char>(head[1]);
  const auto text_bytes = static_cast<unsigned char>(head[3]);
  const std::size_t score_at = std::size_t{4} + text_bytes;
  return piece_bytes < 0x80 && text_bytes > 0 && text_bytes + 7 <= piece_bytes &&
         score_at < head.size() && head[score_at] == 0x15;
}

std::optional<KnownKind> known_kind(std::string_view head) {
  // A line of a table or of JSON is longer than what tells the other kinds.
  constexpr std::size_t kShortBytes = 4096;
  const std::string_view all = head.substr(0, kKindBytes);
  head = head.substr(0, kShortBytes);
  for (const Signature& signature : kSignatures) {
    if (fits(signature, head)) {
      return described_kind(signature.name, signature.for_vectors, signature.for_words,
                            signature.for_text);
    }
  }
  if (begins_compressed(head)) {
    return described_kind(kPackedTwice, kUnpackTwice, kUnpackTwice, kUnpackTwice);
  }
  if (looks_like_pickle(head))
    return described_kind(kPickle, kPickleVectors, kPickleWords, kPickleText);
  if (const std::string_view encoding = wide_encoding(head); !encoding.empty()) {
    return KnownKind{describe_wide_text(encoding), {}, {}, {}};
  }
  if (looks_like_sentencepiece(head)) {
    return described_kind("is the model of a SentencePiece tokenizer",
                          "it has no vectors, name the file of these",
                          "the file .vocab beside it has them, or in Python, "
                          "`sp = sentencepiece.SentencePieceProcessor(model_file=FILE)` and "
                          "sp.id_to_piece(i) for i in range(len(sp)); write them one a line");
  }
  if (looks_like_onnx(head)) {
    return described_kind(
        "is a model of ONNX",
        "in Python, onnx.numpy_helper.to_array() of the initializer of the embeddings "
        "gives their matrix, and numpy.save('m.npy', MATRIX) writes it; its words go one "
        "a line to m.vocab.txt",
        "vocab.json or tokenizer.json beside it has the words");
  }
  if (begins_web_page(head)) {
    return described_kind("is a web page", kDownloadAgain, kDownloadAgain, kSaveText);
  }
  if (without_blanks(head).starts_with("<?xml")) {
    return described_kind("is XML, perhaps the message of a server", kDownloadAgain, kDownloadAgain,
                          kSaveText);
  }
  if (is_refusal(head)) {
    return described_kind("holds only the message of a server", kDownloadAgain, kDownloadAgain,
                          kDownloadAgain);
  }
  if (auto kind = known_json(all)) return kind;
  if (has_mac_line_ends(all)) {
    // Less the quotes.
    const std::string_view remedy = kMacLineEndsRemedy.substr(0, kMacLineEndsRemedy.size() - 1);
    KnownKind kind =
        described_kind(kMacLineEnds, fmt::format("{} | wordvec convert - OUT` reads it", remedy),
                       fmt::format("{} prints them with others", kMacLineEndsRemedy));
    kind.for_text = kind.for_words;
    return kind;
  }
  return known_csv(all);
}

std::optional<KnownKind> known_zip_kind(std::span<const std::string> names) {
  const auto any = [&](auto fits) { return std::any_of(names.begin(), names.end(), fits); };
  const auto has = [&](std::string_view name) {
    return any([&](const std::string& member) { return member == name; });
  };
  const auto has_in_a_folder = [&](std::string_view name) {
    return any([&](const std::string& member) {
      return member.ends_with(name) && member.size() > name.size() &&
             member[member.size() - name.size() - 1] == '/';
    });
  };
  if (has_in_a_folder("data.pkl") &&
      (has_in_a_folder("version") ||
       any([](const std::string& member) { return member.find("/data/") != std::string::npos; }))) {
    return described_kind(kTorch, kTorchVectors, kTorchWords);
  }
  if (has("[Content_Types].xml")) {
    return described_kind("is a document of Word, Excel or PowerPoint",
                          "save it as plain text, or as CSV", kSaveText, kSaveText);
  }
  if (has("mimetype") && has("content.xml")) {
    return described_kind("is a document of LibreOffice", "save it as plain text, or as CSV",
                          kSaveText, kSaveText);
  }
  if (has("model.weights.h5")) {
    return described_kind(
        "is a Keras model",
        "in Python, numpy.save('m.npy', keras.models.load_model(FILE).get_layer(NAME)"
        ".get_weights()[0]) takes the matrix out; its words go one a line to m.vocab.txt",
        "write the words one a line, in Python");
  }
  if (has("syn0.txt")) {
    return described_kind(
        "is a model of Deeplearning4j",
        "`python3 -c \"import base64, zipfile; [print(base64.b64decode(w[4:]).decode(), *v) for w, "
        "*v in map(str.split, zipfile.ZipFile('FILE').read('syn0.txt').decode().splitlines()[1:])]"
        "\" | wordvec convert - OUT` reads its rows, whose words are in Base64",
        "`python3 -c \"import base64, zipfile; "
        "[print(base64.b64decode(line.split()[0][4:]).decode()) for line in "
        "zipfile.ZipFile('FILE').read('syn0.txt').decode().splitlines()[1:]]\"` prints its words, "
        "one a line");
  }
  if (has("META-INF/MANIFEST.MF")) return described_kind("is a Java archive", {}, {});
  return std::nullopt;
}

namespace {

bool holds_control_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\v' && c != '\f' && c != '\r';
  });
}

// Throws Error(malformed) where text was expected and `head` begins something else.
void refuse_other_kinds(std::string_view head, const std::string& path, const std::string& name,
                        const Expected& expected) {
  auto kind = known_vectors(head, path);
  if (!kind) kind = known_kind(head);
  if (kind && !kind->is_table) {
    throw Error(ErrorCode::malformed, sentence_of(*kind, expected), name);
  }
}

}  // namespace

std::optional<KnownKind> known_vectors(std::string_view head, std::string_view path) {
  constexpr std::size_t kLookedAtBytes = 4096;
  const auto kind_of_format = [](const Format& format) {
    KnownKind kind =
        described_kind(fmt::format("is a file of word vectors ({})", format.name), {},
                       "`wordvec convert FILE words.txt --to glove` and `cut -d' ' -f1 "
                       "words.txt` print its words",
                       "-m names it as the model");
    return kind;
  };
  for (const Format* const format : {&kFastTextModel, &kFinalfusion, &kSafetensorsTensor, &kNpy}) {
    if (format->detect({head, path})) return kind_of_format(*format);
  }
  if (!head.empty() && holds_control_bytes(head.substr(0, kLookedAtBytes)) &&
      parse_word2vec_header(first_line(head).text)) {
    return kind_of_format(kWord2vecBinary);
  }
  return std::nullopt;
}

ByteSource open_text(const std::string& path, std::string_view what) {
  const Expected expected = expected_text(what);
  ByteSource source = open_input(path, expected);
  const std::string_view head = source.peek(kKindBytes).substr(0, kKindBytes);
  refuse_other_kinds(head, source.path(), source.name(), expected);
  return source;
}

LineReader open_lines(const std::string& path, std::string_view what, std::size_t most_line_bytes) {
  const auto refuse = [what = std::string(what), is_standard_input = path == "-"](
                          std::string_view head, const LineReader& lines) {
    const Expected expected = expected_text(what);
    const bool is_file = !is_standard_input && lines.size_bytes();
    if (begins_compressed(head)) {
      // The reader of lines says so of others.
      if (is_file && begins_zip(head)) {
        refuse_archive_of_program(ByteSource::open(lines.name()), expected);
      }
      return;
    }
    // What comes through a pipe is what somebody means to be read, if it is text at all.
    const std::string_view line = head.substr(0, head.find('\n'));
    if (!is_file && is_valid_utf8(line) && !holds_control_bytes(line)) return;
    refuse_other_kinds(head.substr(0, kKindBytes), lines.name(), lines.name(), expected);
  };
  return LineReader::open(path, most_line_bytes, refuse);
}

std::string sentence_of(const KnownKind& kind, const Expected& expected) {
  const std::string& remedy = kind.*expected.remedy;
  if (remedy.empty()) return kind.name;
  if (expected.what.empty()) return kind.name + ": " + remedy;
  return fmt::format("{}, expected {}: {}", kind.name, expected.what, remedy);
}

}  // namespace wordvec
