"""The same search as a LangChain retriever, for chains of the owner's own."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from console.search import Search
from ingest.store.passages import Filters


class Retriever(BaseRetriever):
    """`Retriever(search=desk.search).invoke("...")` gives Documents; their metadata name the source and the span."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    filters: Filters = Filters()
    limit: int = 6

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **_: Any
    ) -> list[Document]:
        hits = self.search.find(query, self.filters, limit=self.limit)
        return [
            Document(
                hit.passage.text,
                metadata={
                    "source": hit.source,
                    "kind": hit.kind,
                    "title": hit.title,
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "score": hit.score,
                },
            )
            for hit in hits
        ]
