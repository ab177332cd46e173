"""Named terms beside the findings."""

from __future__ import annotations

import numpy as np
import pytest

from ontologies.errors import InputError
from reasoner.ranking.score_term import ScoreTerm


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_term_is_a_number(value: float) -> None:
    with pytest.raises(InputError, match="a number for every disease"):
        ScoreTerm("onset", np.float32([0, value]))
