"""The plain way, to compare with: LangChain, Chroma and HuggingFaceEmbeddings, as their documentation shows it.

python -m advisor.evals.baseline index FOLDER TEXTS.json   # embeds and stores the texts, prints seconds
python -m advisor.evals.baseline ask FOLDER QUESTION       # prints the four nearest texts
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main(verb: str, folder: str, argument: str) -> None:
    """Run one of the two verbs; each is a process of its own, imports included, as a script would be."""
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    from advisor.settings import bundled_model_folder

    embeddings = HuggingFaceEmbeddings(model_name=str(bundled_model_folder()))
    store = Chroma("baseline", embeddings, persist_directory=folder)
    if verb == "index":
        texts = json.loads(Path(argument).read_text(encoding="utf-8"))
        embeddings.embed_documents(texts[:8])  # load everything before the clock starts
        begun = time.perf_counter()
        for i in range(0, len(texts), 1000):
            store.add_texts(texts[i : i + 1000])
        print(time.perf_counter() - begun)
    else:
        for document in store.similarity_search(argument, k=4):
            print(document.page_content)


if __name__ == "__main__":
    main(*sys.argv[1:4])
