"""One run of another tool on the same stories: prints CPU seconds and peak memory as JSON.

Run alone, also with an interpreter that has none of the project's packages.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

THEMES = 30


def tfidf_nmf(texts: list[str], vectors: Any) -> int:
    """TF-IDF and non-negative matrix factorisation."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    counted = TfidfVectorizer(min_df=2, max_features=20_000).fit_transform(texts)
    return len(set(NMF(THEMES, init="nndsvd").fit_transform(counted).argmax(axis=1)))


def tfidf_lsa_kmeans(texts: list[str], vectors: Any) -> int:
    """TF-IDF, latent semantic analysis and k-means."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    counted = TfidfVectorizer(min_df=2, max_features=20_000).fit_transform(texts)
    rows = normalize(TruncatedSVD(100, random_state=0).fit_transform(counted))
    return len(set(KMeans(THEMES, n_init=3, random_state=0).fit_predict(rows)))


def bertopic(texts: list[str], vectors: Any) -> int:
    """BERTopic with its own defaults on the same vectors."""
    from bertopic import BERTopic  # type: ignore[import-not-found]
    from umap import UMAP  # type: ignore[import-not-found]

    reduce = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    topics, _ = BERTopic(umap_model=reduce, embedding_model=None).fit_transform(texts, vectors)
    return len(set(topics))


def main() -> None:
    """Importing and reading the files are not counted; the tool's work is."""
    import numpy as np

    given = Path(sys.argv[2])
    with given.with_suffix(".jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    vectors = np.load(given.with_suffix(".npy")).astype(np.float32)
    if sys.argv[1] == "bertopic":
        import bertopic as _imported  # noqa: F401
    began = time.process_time()
    themes = globals()[sys.argv[1]](texts, vectors)
    spent = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"cpu": spent, "memory": memory, "themes": themes}))


if __name__ == "__main__":
    main()
