"""What a certificate looks like: the one definition, from which `certificate.schema.json` is written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from reasoner.proof.decimals import decimal_string

__all__ = ["CERTIFICATE_SCHEMA", "CertificateModel", "json_schema"]

CERTIFICATE_SCHEMA = "aitia-certificate/4"

# No score, ratio or age comes near; beyond it sums and products could overflow.
_LARGEST = 1e12


def _as_written(text: str) -> str:
    """The text itself, if it is how a certificate writes that number: one number has one spelling."""
    value = float(text)
    if abs(value) > _LARGEST or text != decimal_string(value):
        raise ValueError("not a number of six significant digits as certificates write it")
    return text


_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_EdgeId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
# Printable ASCII: no id looks like another.
_Curie = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]*:[!-~]+$")]
_Decimal = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?$"), AfterValidator(_as_written)]
# The largest integer that every reader of JSON reads alike.
_Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
_Rank = Annotated[int, Field(ge=1, le=2**53 - 1)]
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
    unlinked: Annotated[list[_Curie], Field(description="Findings that the graph does not hold.")]


class _Gene(_Strict):
    """A gene in which the patient carries a variant, as it was read."""

    name: str
    zygosity: Literal["heterozygous", "homozygous", "hemizygous", "compound_heterozygous"] | None
    acmg_class: Literal["pathogenic", "likely_pathogenic", "uncertain_significance", "likely_benign", "benign"] | None
    node: Annotated[_Curie | None, Field(description="Null where the graph has none or several, or has it already.")]


class _Proposal(_Strict):
    """A disease that a model proposed: the candidates that it means, or why it is refused."""

    rank: _Rank
    text: str
    id: _Curie | None
    rejection: str | None
    diseases: list[_Curie]


class _Settings(_Strict):
    candidates: Literal["all", "omim"]
    setting: Literal["hospital", "genetics"]
    uniform_prior: bool
    language: Annotated[Literal["auto", "en", "zh"], Field(description="How the document was read.")]
    # Never a path: whoever verifies names his own file, and opens none that a certificate names.
    ranker: Annotated[Literal["shipped", "none", "file"], Field(description="Which trained correction was added.")]


class _Prior(_Strict):
    name: str
    value: _Decimal


class _Ranked(_Strict):
    """A place: score = ln 10 * log10_likelihood_ratio + correction + sum of priors, nats."""

    rank: _Rank
    id: _Curie
    name: str
    log10_likelihood_ratio: _Decimal
    correction: Annotated[_Decimal, Field(description="Corrections of all findings, nats.")]
    priors: list[_Prior]
    score: _Decimal
    probability: _Decimal


class _Edge(_Strict):
    """A record of the graph and its inclusion proof, siblings from the leaf up."""

    record: dict[str, _Value]
    proof: list[tuple[Literal["left", "right"], _Sha256]]


class _Support(_Strict):
    """Rows of one entry about one term; their pooled counts give the frequency."""

    disease: _Curie
    entry: _Curie
    weight: _Decimal
    term: _Curie
    frequency: _Decimal
    edges: list[_EdgeId]
    path: Annotated[list[_EdgeId], Field(description="IS_A edges from the term up to the matched one.")]


class _Lent(_Support):
    neighbour: _Curie


class _Number(_Strict):
    """A finding; each number is computed from the strings of those under it and rounded again."""

    finding: _Curie
    matched: _Curie | None
    match_type: str
    frequency: _Decimal
    own: _Support | None
    lent: list[_Lent]
    background: _Decimal
    background_finding: _Decimal
    ic_finding: _Decimal
    ic_matched: _Decimal
    log_likelihood_ratio: _Decimal
    correction: Annotated[_Decimal, Field(description="The trained correction of this finding, nats.")]
    path: Annotated[list[_EdgeId], Field(description="IS_A edges from the finding up to the matched term.")]


class _Neighbour(_Strict):
    """An entry that shares a gene with the disease, and how similar its profile is: 0 to 1."""

    disease: _Curie
    entry: _Curie
    similarity: _Decimal
    links: Annotated[list[_EdgeId], Field(description="The gene's edges to the disease and to the entry.")]


class _GeneShare(_Strict):
    """What one of the patient's genes adds to the disease by class, zygosity and inheritance, nats."""

    gene: _Curie
    edges: Annotated[list[_EdgeId], Field(description="The association, then each known mode of inheritance.")]
    value: _Decimal


class _Contrary(_Edge):
    finding: _Curie
    path: Annotated[list[_EdgeId], Field(description="IS_A edges between the finding and the edge's symptom.")]


class _Claim(_Strict):
    disease: _Ranked
    formula: str
    numbers: list[_Number]
    neighbours: list[_Neighbour]
    genes: Annotated[list[_GeneShare], Field(description="The best of them is the disease's prior `genes`.")]
    edges: Annotated[
        list[_Edge],
        Field(description="What the frequencies rest on: HAS_SYMPTOM, or LACKS_SYMPTOM by 0 of m patients."),
    ]
    links: Annotated[
        list[_Edge], Field(description="Edges of the genes shared with neighbours, and of the patient's genes.")
    ]
    hierarchy: Annotated[list[_Edge], Field(description="IS_A edges that lead from a term to another.")]
    contrary: list[_Contrary]
    rivals: list[_Curie]
    rules: list[str]


class _Step(_Strict):
    kind: str
    polarity: Literal["positive", "negative"]
    finding: _Curie | None
    edge: _Edge
    hierarchy: Annotated[list[_Edge], Field(description="IS_A edges between the edge's symptom and the finding.")]


class _Abstention(_Strict):
    code: str
    reason: str


class CertificateModel(_Strict):
    """A whole certificate; validate JSON with it, keep working with the plain dictionary."""

    schema_: Annotated[Literal["aitia-certificate/4"], Field(alias="schema")]
    build: _Build
    derived: dict[str, _Sha256]
    settings: _Settings
    document_sha256: _Sha256 | None
    case: _Case
    genes: Annotated[list[_Gene], Field(description="With any, only their diseases are possible.")]
    proposals: list[_Proposal]
    differential: list[_Ranked]
    claims: list[_Claim]
    steps_by: Annotated[str | None, Field(description="Who chose the steps: numbers, or a model's name.")]
    steps: list[_Step]
    nodes: Annotated[list[_Edge], Field(description="Nodes of the diseases, findings and genes.")]
    abstained: _Abstention | None
    missing_sources: list[str]
    query: str
    seal: _Sha256


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a certificate."""
    schema = CertificateModel.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": CERTIFICATE_SCHEMA}
