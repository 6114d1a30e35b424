import pytest

from mrsviewer.model.names import canonical_name, component_kind, is_known_name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("PCho", "PCh"), ("PCh", "PCh"), (" NAA ", "NAA"), ("naag", "NAAG"), ("mI", "Ins"),
        ("Ins", "Ins"), ("Scyllo", "sIns"), ("Scy", "sIns"), ("MM09", "MM09"), ("MM0.9", "MM09"),
        ("M0.94", "MM094"), ("MM_20", "MM20"), ("Lip13a", "Lip13a"), ("lip 0.9", "Lip09"),
        ("Mac", "Mac"), ("2HG", "2HG"), ("Act", "Ace"), ("unheard-of", "unheard-of"), ("M01", "M01"),
    ],
)  # fmt: skip
def test_names(raw, name):
    assert canonical_name(raw) == name
    assert canonical_name(name) == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("NAA", "metabolite"), ("Mac", "macromolecule"), ("MM12", "macromolecule"),
        ("Lip20", "lipid"), ("lip13b", "lipid"), ("mI", "metabolite"), ("-CrCH2", "metabolite"),
    ],
)  # fmt: skip
def test_kinds(name, kind):
    assert component_kind(name) == kind


def test_known_names():
    assert all(is_known_name(name) for name in ("PCho", "MM09", "Lip13a", "creatine"))
    assert not any(is_known_name(name) for name in ("dataset1", "patient", "M01", ""))
