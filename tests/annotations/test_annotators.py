import pytest

from variorum.annotations import Annotators, Price
from variorum.errors import ArgumentError, ShapeError, UnknownNameError


def test_annotators():
    people = Annotators(("d:1", "d:2"), ("human", "llm"), {"age": ("20", None)}, (Price(1), Price(2)))
    assert len(people) == 2
    assert people.index["d:2"] == 1
    assert repr(people) == "Annotators(2 annotators; attributes: age)"
    assert Annotators(("d:1",)).kind == ("human",)
    assert len(Annotators()) == 0


def test_bad_annotators():
    with pytest.raises(ArgumentError, match=r"annotator id 'd:1' stands twice"):
        Annotators(("d:1", "d:1"))
    with pytest.raises(UnknownNameError, match=r"annotator kind 'humn' is not known. Did you mean 'human'"):
        Annotators(("d:1",), ("humn",))
    with pytest.raises(ShapeError, match=r"annotators.kind has 1 values for 2"):
        Annotators(("d:1", "d:2"), ("llm",))
    with pytest.raises(ShapeError, match=r"annotators.age has 1 values for 2"):
        Annotators(("d:1", "d:2"), attributes={"age": ("20",)})
    with pytest.raises(ArgumentError, match=r"several currencies: EUR, USD"):
        Annotators(("d:1", "d:2"), prices=(Price(1), Price(1, currency="USD")))
