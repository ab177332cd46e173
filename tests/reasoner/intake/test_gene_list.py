"""Genes of a patient, from what laboratories write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ontologies.errors import FileFormatError, InputError
from reasoner.intake.gene_list import AcmgClass, PatientGene, Zygosity, read_gene_list

VEP = (
    "## ENSEMBL VARIANT EFFECT PREDICTOR\n"
    "#Uploaded_variation\tLocation\tAllele\tGene\tFeature\tConsequence\tExtra\n"
    "v1\t15:48\tA\tENSG00000166147\tENST1\tmissense_variant\tIMPACT=MODERATE;SYMBOL=FBN1;ZYG=S1:HET;CLIN_SIG=benign,pathogenic\n"
    "v2\t1:94\tT\tENSG2\tENST2\tstop_gained\tIMPACT=HIGH;SYMBOL=ABCA4;ZYG=S1:HOM\n"
    "v3\t1:95\tT\t-\t-\tintergenic_variant\tIMPACT=MODIFIER\n"
)
EXOMISER_VARIANTS = (
    "#RANK\tID\tGENE_SYMBOL\tENTREZ_GENE_ID\tGENOTYPE\tEXOMISER_ACMG_CLASSIFICATION\n"
    "1\tx\tFGFR2\t2263\t0/1\tLIKELY_PATHOGENIC\n"
    "2\ty\tTNXB\t7148\t0/1\tUNCERTAIN_SIGNIFICANCE\n"
    "3\tz\tTNXB\t7148\t0|1\tBENIGN\n"
)


def _read(tmp_path: Path, text: str) -> dict[str, PatientGene]:
    path = tmp_path / "genes.txt"
    path.write_text(text, "utf-8")
    return {gene.name: gene for gene in read_gene_list(path).genes}


def test_a_plain_list(tmp_path: Path) -> None:
    genes = _read(
        tmp_path, "# panel\nFBN1 het P\nABCA4\thom\tlikely pathogenic\nHGNC:34 VUS\nSCN1A\n\nCFTR,4,compound het\n"
    )
    assert list(genes) == ["FBN1", "ABCA4", "HGNC:34", "SCN1A", "CFTR"]
    assert genes["FBN1"] == PatientGene("FBN1", Zygosity.HETEROZYGOUS, AcmgClass.PATHOGENIC)
    assert genes["ABCA4"] == PatientGene("ABCA4", Zygosity.HOMOZYGOUS, AcmgClass.LIKELY_PATHOGENIC)
    assert genes["HGNC:34"] == PatientGene("HGNC:34", None, AcmgClass.UNCERTAIN)
    assert genes["SCN1A"] == PatientGene("SCN1A")
    assert genes["CFTR"] == PatientGene("CFTR", Zygosity.COMPOUND_HETEROZYGOUS, AcmgClass.LIKELY_PATHOGENIC)


def test_a_vep_table_with_its_extra_column(tmp_path: Path) -> None:
    genes = _read(tmp_path, VEP)
    assert genes == {
        "FBN1": PatientGene("FBN1", Zygosity.HETEROZYGOUS, AcmgClass.PATHOGENIC),
        "ABCA4": PatientGene("ABCA4", Zygosity.HOMOZYGOUS),
    }


def test_an_exomiser_table_where_two_variants_of_a_gene_may_lie_on_both_copies(tmp_path: Path) -> None:
    genes = _read(tmp_path, EXOMISER_VARIANTS)
    assert genes["FGFR2"] == PatientGene("FGFR2", Zygosity.HETEROZYGOUS, AcmgClass.LIKELY_PATHOGENIC)
    assert genes["TNXB"] == PatientGene("TNXB", Zygosity.COMPOUND_HETEROZYGOUS, AcmgClass.UNCERTAIN)


def test_a_comma_separated_table(tmp_path: Path) -> None:
    assert _read(tmp_path, "gene,zygosity\nFBN1,het\n")["FBN1"].zygosity is Zygosity.HETEROZYGOUS


@pytest.mark.parametrize("text", ["#CHROM\tPOS\tREF\tALT\n1\t2\tA\tT\n", "", "\n\n", "; ; ;\n", "1234\n"])
def test_no_column_of_genes_or_no_gene_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileFormatError, match="gene"):
        _read(tmp_path, text)


def test_a_missing_or_binary_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the genes"):
        read_gene_list(tmp_path / "none")
    (tmp_path / "binary").write_bytes(b"\x00\xff\xfe\x00")
    with pytest.raises(FileFormatError, match="not text"):
        read_gene_list(tmp_path / "binary")


def test_a_word_that_is_not_understood_is_said_and_the_gene_kept(tmp_path: Path) -> None:
    path = tmp_path / "genes.txt"
    path.write_text("FBN1 sometimes\n???\n", "utf-8")
    result = read_gene_list(path)
    assert [gene.name for gene in result.genes] == ["FBN1"]
    assert sorted(issue.category for issue in result.issues) == ["gene", "zygosity"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "genes.txt"
    path.write_bytes(text.encode("utf-8", "replace"))
    try:
        assert read_gene_list(path).genes
    except InputError as error:
        assert "\n" not in str(error)


def test_a_table_of_something_else_is_refused_and_no_line_is_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text("CHROM\tPOS\tREF\n1\t2\tA\n", "utf-8")
    with pytest.raises(FileFormatError, match="without a column of genes"):
        read_gene_list(path)
    path.write_text("SYMBOL\tX\nFBN1\t" + "x" * 200_000 + "\n", "utf-8")
    with pytest.raises(FileFormatError, match="no row of a table"):
        read_gene_list(path)
