"""Checks a certificate again: by itself, against the snapshot, against a database, against the document.

- **Portable**: schema, seal, build id, inclusion of every edge, arithmetic from edges to scores, logic. Given the true
  build id it sees every altered edge, every number that no longer follows from what is under it, every edge, path,
  rival or rule that a claim names and lacks, and whatever is counted twice. It cannot see what stands in no edge and is
  changed everywhere alike (a background, a similarity of two profiles, a correction, a rival's evidence, a named term
  with its score and probability), nor whether the best rows or the best term were taken, nor what was left out with all
  that follows from it (a row, a contrary edge, a last place, a finding together with its numbers, a gene or a proposal
  that no claim and no place rests on), nor how a step came to an interaction or a symptom said to be missing, nor the
  document. Without a build id it sees only that the certificate agrees with itself: anybody can make a graph.
- **Snapshot**: everything is ranked and certified again from findings, genes and proposals; any difference is an issue.
  Steps that the numbers chose must be chosen again. Of others, it sees that they could be chosen, not by whom.
- **Database**: every edge is there, as certified.
- **Document**: hash, spans, quotes, and the findings that a new reading gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kg_builder.merkle import verify_proof
from kg_builder.snapshot import Snapshot
from kg_builder.stores.store import GraphStore
from ontologies.errors import InputError
from ontologies.issue import Issue
from reasoner.proof.arithmetic_check import check_arithmetic
from reasoner.proof.database_check import check_database
from reasoner.proof.document_check import DocumentReader, check_document
from reasoner.proof.logic_check import check_logic
from reasoner.proof.merkle_check import check_build, check_inclusion, check_seal
from reasoner.proof.schema_check import check_schema
from reasoner.proof.snapshot_check import CertificateMakers, RankerOpener, check_again
from reasoner.ranking.case_ranker import CaseRanker

__all__ = ["Verifier", "verify"]

_CACHED_EDGES = 100_000
_CACHED_DOCUMENTS = 8


class Verifier:
    """Verifies certificates, any number of them; what two verifications share is worked out once.

    Args:
        build: the build id that the reader trusts.
        snapshot: the build, to make each certificate again.
        open_ranker: opens a ranker of the snapshot under the settings of a certificate.
        document: the bytes of the document.
        reader: how documents are read; a document needs it.
        store: a database that serves the build.

    Raises:
        InputError: a document without a reader.
    """

    def __init__(
        self,
        *,
        build: str | None = None,
        snapshot: Snapshot | None = None,
        open_ranker: RankerOpener = CaseRanker.open,
        document: bytes | None = None,
        reader: DocumentReader | None = None,
        store: GraphStore | None = None,
    ) -> None:
        if document is not None and reader is None:
            raise InputError("a document needs its reader", remedy="Pass the function that reads documents, too")
        self._build, self._store, self._document = build, store, document
        self._makers = None if snapshot is None else CertificateMakers(snapshot, open_ranker)
        self._holds = lru_cache(_CACHED_EDGES)(verify_proof)
        self._read = None if reader is None else lru_cache(_CACHED_DOCUMENTS)(reader)

    def verify(self, certificate: Any) -> list[Issue]:
        """Every problem that the depths can find; empty when the certificate holds."""
        return sorted({issue for issues in self.by_depth(certificate).values() for issue in issues})

    def by_depth(self, certificate: Any) -> dict[str, list[Issue]]:
        """The problems that each depth finds: portable, and of snapshot, database and document those asked for.

        A certificate that does not fit the schema is a problem of the portable depth, and nothing else is asked.
        """
        issues = check_schema(certificate)
        if issues:
            return {"portable": issues}
        found = {"portable": self._portable(certificate)}
        if self._makers is not None:
            found["snapshot"] = check_again(certificate, self._makers)
        if self._store is not None:
            found["database"] = check_database(certificate, self._store)
        if self._document is not None and self._read is not None:
            found["document"] = check_document(certificate, self._document, self._read)
        return found

    def _portable(self, certificate: Mapping[str, Any]) -> list[Issue]:
        return [
            *check_seal(certificate),
            *check_build(certificate, self._build),
            *check_inclusion(certificate, self._holds),
            *check_arithmetic(certificate),
            *check_logic(certificate),
        ]


def verify(
    certificate: Any,
    *,
    build: str | None = None,
    snapshot: Snapshot | None = None,
    open_ranker: RankerOpener = CaseRanker.open,
    document: bytes | None = None,
    reader: DocumentReader | None = None,
    store: GraphStore | None = None,
) -> list[Issue]:
    """Every problem that the depths asked for can find; empty when the certificate holds.

    Args:
        certificate: the parsed JSON, whatever it is.
        build: as for `Verifier`; so the others.
        snapshot: the build, to make the certificate again.
        open_ranker: opens a ranker of the snapshot.
        document: the bytes of the document.
        reader: how documents are read.
        store: a database that serves the build.

    Raises:
        InputError: a document without a reader.
    """
    verifier = Verifier(
        build=build, snapshot=snapshot, open_ranker=open_ranker, document=document, reader=reader, store=store
    )
    return verifier.verify(certificate)
