"""Exceptions from the content security policy: exactly what was asked for, nowhere else."""

import pytest
from django.http import HttpRequest, HttpResponse

from stead.core.assets import PATCHES, patched
from stead.core.policy import shows_bpmn_io_mark, style_hashes


def test_a_style_attribute_is_allowed_by_its_hash() -> None:
    # The hash that Chromium names when it refuses the attribute.
    expected = "'sha256-CA/eh4+2R0J7cEQ14gBMtx834RIOjzMUqCM+evtrkp4='"
    assert style_hashes("vertical-align:middle") == ["'unsafe-hashes'", expected]


def test_the_mark_loosens_nothing_but_style_attributes() -> None:
    @shows_bpmn_io_mark
    def page(request: HttpRequest) -> HttpResponse:
        del request
        return HttpResponse()

    update = page(HttpRequest()).__dict__["_csp_update"]
    assert set(update) == {"style-src"}
    assert not any("unsafe-inline" in source for source in update["style-src"])


def test_a_patch_that_no_longer_fits_is_an_error() -> None:
    patches = PATCHES["dmn/dmn-modeler.min.js"]
    with pytest.raises(ValueError, match="look at the new version"):
        patched("a newer build", patches)
