"""One peer in a process of its own, for tests/bench/peers.

    peer_worker.py NAME MODEL THREADS [FILE]

Reads requests from standard input and answers each on standard output, both a line of JSON. "ms" is
the time from words to row numbers, without what the process did before the request came; answers
are row numbers. MODEL is a wordvec container, of which rows and words are read without wordvec's
code; gensim reads FILE, which it wrote itself.
"""

import json
import pathlib
import sys
import time

import numpy as np

sys.dont_write_bytecode = True  # the source tree stays as it is
from harness import Model


def matrix_of(model):
    return np.memmap(model.path, "<f4", "r", model.begin("embeddings"), (model.rows, model.dim))


def unit_rows(model):
    """A copy of the matrix, its rows scaled to unit length; rows of zeros stay."""
    unit = np.array(matrix_of(model))
    norms = np.linalg.norm(unit, axis=1, keepdims=True)
    np.divide(unit, norms, out=unit, where=norms > 0)
    return unit


def blas():
    """How this process multiplies matrices."""
    try:
        import threadpoolctl
    except ImportError:
        return "unknown (python3-threadpoolctl tells)"
    np.ones((64, 64), np.float32) @ np.ones((64, 64), np.float32)
    for pool in threadpoolctl.threadpool_info():
        if pool["user_api"] == "blas":
            return (f"{pool['internal_api']} {pool['version']}, kernel "
                    f"{pool.get('architecture', 'unknown')}, {pool['num_threads']} threads")
    return "reference BLAS: slow; install libopenblas0-pthread before comparing"


def top_rows(scores, k):
    top = np.argpartition(scores, -k)[-k:]
    return top[np.argsort(-scores[top], kind="stable")].tolist()


def without(row, rows, k):
    return [int(r) for r in rows if r != row][:k]


class Gensim:
    """KeyedVectors in the format that gensim maps into memory."""

    def __init__(self, model, threads, file):
        import gensim
        self.version = f"gensim {gensim.__version__}"
        self.vectors = gensim.models.KeyedVectors.load(file, mmap="r") if file else None

    def load(self, text, file):
        from gensim.models import KeyedVectors
        start = time.perf_counter()
        vectors = KeyedVectors.load_word2vec_format(text, binary=False, no_header=True)
        seconds = time.perf_counter() - start
        vectors.save(file)
        return {"ms": seconds * 1e3, "rows": len(vectors)}

    def nearest(self, words, k):
        start = time.perf_counter()
        answers = [self.vectors.most_similar(word, topn=k) for word in words]
        rows = [[self.vectors.key_to_index[word] for word, _ in answer] for answer in answers]
        return {"ms": (time.perf_counter() - start) * 1e3, "answers": rows}

    def analogies(self, file):
        start = time.perf_counter()
        _, sections = self.vectors.evaluate_word_analogies(
            file, restrict_vocab=len(self.vectors), case_insensitive=False)
        milliseconds = (time.perf_counter() - start) * 1e3
        return {"ms": milliseconds, "correct": sections[0]["correct"],
                "asked": len(sections[0]["correct"]) + len(sections[0]["incorrect"])}


class Numpy:
    """A product and argpartition: what is written by hand most often."""

    def __init__(self, model, threads, file):
        self.version = f"numpy {np.__version__}"
        self.unit = unit_rows(model)
        self.rows = {word: row for row, word in enumerate(model.words())}

    def nearest(self, words, k):
        start = time.perf_counter()
        answers = []
        for word in words:
            row = self.rows[word]
            scores = self.unit @ self.unit[row]
            scores[row] = -np.inf
            answers.append(top_rows(scores, k))
        return {"ms": (time.perf_counter() - start) * 1e3, "answers": answers}


class Faiss:
    """IndexFlatIP over unit rows: exact in float32."""

    def __init__(self, model, threads, file):
        import faiss
        faiss.omp_set_num_threads(threads)
        self.version = f"faiss {faiss.__version__}"
        self.unit = unit_rows(model)
        self.rows = {word: row for row, word in enumerate(model.words())}
        self.index = faiss.IndexFlatIP(model.dim)
        self.index.add(self.unit)

    def nearest(self, words, k):
        start = time.perf_counter()
        rows = [self.rows[word] for word in words]
        _, found = self.index.search(self.unit[rows], k + 1)
        answers = [without(row, answer, k) for row, answer in zip(rows, found)]
        return {"ms": (time.perf_counter() - start) * 1e3, "answers": answers}


class Sklearn:
    """The randomised solver, scikit-learn's own choice for a matrix of this shape."""

    def __init__(self, model, threads, file):
        import sklearn
        self.version = f"scikit-learn {sklearn.__version__}"
        self.matrix = np.array(matrix_of(model))

    def pca(self, file, components=2):
        from sklearn.decomposition import PCA
        start = time.perf_counter()
        solver = PCA(components, svd_solver="randomized", random_state=0)
        points = solver.fit_transform(self.matrix)
        milliseconds = (time.perf_counter() - start) * 1e3
        points.astype("<f4").tofile(file)
        return {"ms": milliseconds, "explained": solver.explained_variance_ratio_.tolist()}


    def pca_error(self, file, components):
        """The largest distance of the points in `file` from those of a full decomposition in double,
        over the largest coordinate; none where that would take minutes."""
        if min(self.matrix.shape) > 1000 or self.matrix.size > 150_000_000:
            return {"error": None}
        centred = self.matrix.astype("f8")
        centred -= centred.mean(axis=0)
        if len(centred) < centred.shape[1]:
            directions = np.linalg.svd(centred, full_matrices=False)[2][:components].T
        else:
            directions = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :components]
        expected = centred @ directions
        points = np.fromfile(file, "<f4").reshape(-1, components).astype("f8")
        expected *= np.sign((expected * points).sum(axis=0))
        return {"error": float(np.abs(points - expected).max() / np.abs(expected).max())}


class Hnswlib:
    """Approximate search in a graph, cosine, M = 16, ef_construction = 200."""

    def __init__(self, model, threads, file):
        import hnswlib
        try:
            from importlib.metadata import version
            self.version = f"hnswlib {version('hnswlib')}"
        except ImportError:
            self.version = "hnswlib"
        self.rows = {word: row for row, word in enumerate(model.words())}
        self.matrix = np.array(matrix_of(model))
        self.threads = threads
        self.index = hnswlib.Index("cosine", model.dim)

    def build(self):
        start = time.perf_counter()
        self.index.init_index(len(self.matrix), ef_construction=200, M=16, random_seed=1)
        self.index.add_items(self.matrix, num_threads=self.threads)
        return {"ms": (time.perf_counter() - start) * 1e3}

    def set_ef(self, ef):
        self.index.set_ef(ef)
        return {}

    def nearest(self, words, k):
        start = time.perf_counter()
        answers = []
        for word in words:
            row = self.rows[word]
            found, _ = self.index.knn_query(self.matrix[row], k + 1, num_threads=1)
            answers.append(without(row, found[0], k))
        return {"ms": (time.perf_counter() - start) * 1e3, "answers": answers}


PEERS = {"gensim": Gensim, "numpy": Numpy, "faiss": Faiss, "sklearn": Sklearn, "hnswlib": Hnswlib}


def main():
    name, model, threads, *file = sys.argv[1:]
    # A library that prints must not break the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    peer = PEERS[name](Model(pathlib.Path(model)), int(threads), file[0] if file else None)
    print(json.dumps({"version": peer.version, "blas": blas()}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        result = getattr(peer, request.pop("do"))(**request)
        print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main()
