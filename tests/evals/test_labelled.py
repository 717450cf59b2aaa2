import json
from pathlib import Path

import pytest

from advisor.errors import EvaluationError
from advisor.evals.labelled import Labelled, LabelledSets, labelled_sets, own_sets, public_sets
from advisor.evals.training.pairs import held_out, topics


@pytest.fixture(scope="module")
def own() -> LabelledSets:
    return LabelledSets(own_sets())


def test_own_pairs_are_of_groups_that_training_left_out(own: LabelledSets) -> None:
    assert list(own.sets) == ["library", "documents"]
    assert (own.missing, own.sampled) == ((), {})
    for some in own.sets.values():
        assert all(held_out(pair.group) for pair in some)
        assert len({pair.group for pair in some}) >= 20
        assert {pair.supported for pair in some} == {True, False}
        assert not any(pair.supported and pair.contradicted for pair in some)
        assert {pair.contradicted for pair in some if not pair.supported} == {True, False}
    assert {pair.kind for pair in own.sets["library"]} > {"entailed", "negation", "number", "neither"}


def test_a_claim_on_the_library_is_judged_by_its_whole_topic(own: LabelledSets) -> None:
    entries = dict(topics())
    for pair in own.sets["library"][:50]:
        entry = entries[pair.group]
        assert pair.evidence.startswith(entry["topic"] + "\n\n")
        assert all(sentence["text"] in pair.evidence for sentence in entry["sentences"])


def test_a_larger_set_is_sampled_and_the_same_seed_draws_the_same(own: LabelledSets) -> None:
    some = own.at_most(200)
    assert {name: len(drawn) for name, drawn in some.sets.items()} == {"library": 200, "documents": 200}
    assert some.sampled == {name: len(whole) for name, whole in own.sets.items()}
    assert set(some.sets["library"]) <= set(own.sets["library"])
    assert some == own.at_most(200)
    assert some != own.at_most(200, seed=1)
    assert own.at_most(100_000) == own


def write(path: Path, *rows: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_public_sets_are_read_and_missing_ones_named(tmp_path: Path) -> None:
    row = {"id": "1", "evidence": "Rain fell.", "claim": "It rained.", "label": 1, "group": "weather"}
    pages = [f"Page {i}" for i in range(60)]
    write(tmp_path / "dev" / "frank_validation.jsonl", row, {**row, "label": 0, "claim": "It snowed."})
    write(tmp_path / "train" / "vitaminc_real.jsonl", *({**row, "group": p, "label": 0, "label3": "C"} for p in pages))
    found = public_sets(tmp_path)
    assert list(found) == ["frank", "vitaminc"]
    assert found["frank"] == (
        Labelled("Rain fell.", "It rained.", True, "frank_validation:weather"),
        Labelled("Rain fell.", "It snowed.", False, "frank_validation:weather"),
    )
    unseen = [f"vitaminc_real:{page}" for page in pages if held_out(f"vitaminc_real:{page}")]
    assert 0 < len(unseen) < 60
    assert [pair.group for pair in found["vitaminc"]] == unseen
    assert all(pair.contradicted for pair in found["vitaminc"])
    with_own = labelled_sets(tmp_path, most=50)
    assert list(with_own.sets) == ["library", "documents", "frank", "vitaminc"]
    assert with_own.missing == ("wice_dev.jsonl",)
    assert list(with_own.sampled) == ["library", "documents"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"evidence": "a", "claim": "b", "label": 2, "group": "c"}\n', "line 1: label: Input should be 0 or 1"),
        ('\n{"evidence": "a", "claim": "b", "label": 1}\n', "line 2: group: Field required"),
        ("evidence,claim\n", "line 1: line: Invalid JSON"),
    ],
)
def test_a_malformed_set_is_refused_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "wice_dev.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError) as error:
        labelled_sets(tmp_path)
    assert f"{path}, {fault}" in str(error.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no folder"):
        labelled_sets(tmp_path / "nowhere")
