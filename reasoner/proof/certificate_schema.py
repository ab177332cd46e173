"""What a certificate looks like: the one definition, from which `certificate.schema.json` is written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["CERTIFICATE_SCHEMA", "CertificateModel", "json_schema"]

CERTIFICATE_SCHEMA = "aitia-certificate/1"

_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_EdgeId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Curie = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]*:\S+$")]
_Decimal = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?$")]
_Count = Annotated[int, Field(ge=0)]
_Value = str | int | bool | list[str] | None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Build(_Strict):
    id: _Sha256
    schema_version: str
    nodes: _Count
    nodes_root: _Sha256
    edges: _Count
    edges_root: _Sha256


class _Finding(_Strict):
    id: _Curie
    name: str
    status: Literal["present", "absent", "possible", "conditional", "historical"]
    experiencer: Literal["patient", "family", "other"]
    start: _Count | None
    end: _Count | None
    text: str | None


class _Case(_Strict):
    id: str
    sex: Literal["MALE", "FEMALE"] | None
    age_years: _Decimal | None
    findings: list[_Finding]


class _Settings(_Strict):
    candidates: Literal["all", "omim"]
    uniform_prior: bool


class _Ranked(_Strict):
    rank: Annotated[int, Field(ge=1)]
    id: _Curie
    name: str
    score: _Decimal
    probability: _Decimal
    log10_likelihood_ratio: _Decimal


class _Edge(_Strict):
    record: dict[str, _Value]
    proof: list[tuple[Literal["left", "right"], _Sha256]]


class _Number(_Strict):
    finding: _Curie
    matched: _Curie | None
    match_type: str
    frequency: _Decimal
    background: _Decimal
    ic_finding: _Decimal
    ic_matched: _Decimal
    log_likelihood_ratio: _Decimal
    edges: list[_EdgeId]


class _Claim(_Strict):
    disease: _Ranked
    formula: str
    numbers: list[_Number]
    edges: list[_Edge]
    contrary: list[_Edge]
    rivals: list[_Curie]
    rules: list[str]


class _Step(_Strict):
    kind: str
    polarity: Literal["positive", "negative"]
    edge: _Edge


class _Abstention(_Strict):
    code: str
    reason: str


class CertificateModel(_Strict):
    """A whole certificate; validate JSON with it, keep working with the plain dictionary."""

    schema_: Annotated[Literal["aitia-certificate/1"], Field(alias="schema")]
    build: _Build
    derived: dict[str, _Sha256]
    settings: _Settings
    document_sha256: _Sha256 | None
    case: _Case
    differential: list[_Ranked]
    claims: list[_Claim]
    steps: list[_Step]
    abstained: _Abstention | None
    missing_sources: list[str]
    query: str
    seal: _Sha256


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a certificate."""
    schema = CertificateModel.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": CERTIFICATE_SCHEMA}
