from collections.abc import Callable, Sequence

import pytest

from advisor.domain import Claim, Evidence, Progress, Verdict, VerdictStatus
from advisor.evals.judging import (
    AT_ONCE,
    PASSAGE_WORDS,
    corrected_support,
    judge,
    judge_section,
    judge_sets,
)
from advisor.evals.labelled import Labelled, LabelledSets
from advisor.verification import SupportVerifier
from tests.evals.answers import TEXTS, answer, case, citation, record, verdict

STATUS = VerdictStatus


class RuleJudge:
    """Decides by a rule on claim and evidence, and keeps what it was shown."""

    name = "rule"

    def __init__(self, rule: Callable[[str, str], VerdictStatus]) -> None:
        self._rule = rule
        self.batches: list[tuple[Sequence[Claim], Sequence[Evidence]]] = []

    def check(self, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Verdict, ...]:
        self.batches.append((claims, evidence))
        texts = {item.label: item.passage.text for item in evidence}
        assert len(texts) == len(evidence)
        found = []
        for claim in claims:
            status = self._rule(claim.text, "".join(texts[label] for label in claim.labels))
            score = {STATUS.SUPPORTED: 0.95, STATUS.PARTIAL: 0.5}.get(status, 0.05)
            found.append(Verdict(claim=claim, status=status, score=score))
        return tuple(found)


NAMES = "bcdefghijklmnopqrstuvwxyz"


def pairs(n: int = 40, *, supported: Callable[[int], bool] = lambda i: i % 2 == 0) -> tuple[Labelled, ...]:
    """Claims "yes 1", "no 2", … of documents with two each; the false ones are of the kinds number and date."""
    found = []
    for i in range(n):
        true = supported(i)
        kind = "entailed" if true else ("number", "date")[i // 2 % 2]
        claim = f"{'Yes' if true else 'No'} {i}."
        found.append(Labelled(f"Document {NAMES[i // 2]} talks.", claim, true, f"document {i // 2}", kind, not true))
    return tuple(found)


def truthful(claim: str, _: str) -> VerdictStatus:
    return STATUS.SUPPORTED if claim.startswith("Yes") else STATUS.CONTRADICTED


def credulous(_: str, __: str) -> VerdictStatus:
    return STATUS.SUPPORTED


# -- verdicts -------------------------------------------------------------------------------------------------------


def test_each_claim_is_judged_by_its_own_evidence_in_batches() -> None:
    some = pairs(40)
    verifier = RuleJudge(lambda claim, text: STATUS.SUPPORTED if claim.startswith("Yes") else STATUS.PARTIAL)
    steps: list[Progress] = []
    found = judge(verifier, some, steps.append)
    assert found.decided.tolist() == [pair.supported for pair in some]
    assert found.score.tolist() == [0.95 if pair.supported else 0.5 for pair in some]
    assert [(step.done, step.total) for step in steps] == [(0, 40), (16, 40), (32, 40), (40, 40)]
    judged = iter(some)
    for claims, evidence in verifier.batches:
        texts = {item.label: item.passage.text for item in evidence}
        assert len(claims) <= AT_ONCE
        assert len(evidence) == len({item.passage.text for item in evidence})
        for claim in claims:
            pair = next(judged)
            assert (claim.text, [texts[label] for label in claim.labels]) == (pair.claim, [pair.evidence])


def test_very_long_evidence_is_cut_into_passages_of_whole_sentences() -> None:
    sentences = [f"Town {i} has {i % 7 + 2} bakers who open the shop early in the day." for i in range(1200)]
    text = "# Bakers\n\n" + " ".join(sentences[:600]) + "\n\n- " + "\n- ".join(sentences[600:])
    verifier = RuleJudge(credulous)
    judge(verifier, [Labelled(text, "A claim.", True, "g"), Labelled("Short.", "A claim.", True, "g")])
    ((claims, evidence),) = verifier.batches
    long = [item for item in evidence if item.label in claims[0].labels]
    assert len(long) == len(evidence) - 1 == len(claims[0].labels)
    assert "".join(item.passage.text for item in long) == text
    assert [item.passage.start for item in long[1:]] == [item.passage.end for item in long[:-1]]
    assert all(len(item.passage.text.replace("\n- ", " ").split()) <= PASSAGE_WORDS + 3 for item in long)
    assert sum(item.passage.text.count(sentence) for item in long for sentence in sentences) == 1200


def test_text_without_sentences_is_evidence_too() -> None:
    verifier = RuleJudge(credulous)
    judge(verifier, [Labelled("", "A claim.", False, "a"), Labelled("word " * 3000, "A claim.", False, "b")])
    ((claims, evidence),) = verifier.batches
    texts = {item.label: item.passage.text for item in evidence}
    assert [texts[label] for label in claims[0].labels] == [""]
    assert "".join(texts[label] for label in claims[1].labels) == "word " * 3000


def test_the_real_checks_can_be_judged() -> None:
    filler = " ".join(f"The shop in street {i} sells bread and cake to its regulars." for i in range(80))
    fact = "Posts with a photo of the baker reach 40 people more than others."
    text = f"{filler} {fact} {filler}"
    found = judge(
        SupportVerifier(),
        [
            Labelled(text, fact, True, "a"),
            Labelled(text, fact.replace("40", "90"), False, "a"),
            Labelled("", fact, False, "b"),
        ],
    )
    assert found.decided.tolist() == [True, False, False]
    assert found.score[0] > 0.9 > 0.5 > found.score[1] >= found.score[2] == 0
    assert found.overlap.tolist() == [1.0, pytest.approx(8 / 9), 0.0]


# -- the report -----------------------------------------------------------------------------------------------------


def section_of(verifier: RuleJudge, **sets: tuple[Labelled, ...]):
    labelled = LabelledSets(sets)
    return judge_section(judge_sets(verifier, labelled), labelled)


def rows(section, caption: str) -> dict[str, tuple[str, ...]]:
    (table,) = [table for table in section.tables if table.caption.startswith(caption)]
    return {row[0]: row[1:] for row in table.rows}


def test_a_judge_that_is_always_right_gets_full_marks() -> None:
    section = section_of(RuleJudge(truthful), library=pairs(), documents=pairs(8), frank=pairs(20))
    for name in ("own", "library", "documents", "frank"):
        assert section.figures[f"judge_{name}_balanced_accuracy"] == 1
        assert section.figures[f"judge_{name}_auc"] == 1
        assert section.figures[f"judge_{name}_ece"] == pytest.approx(0.05)
    assert section.figures["judge_own_balanced_accuracy_gain"] == pytest.approx(0.5)
    assert section.text.startswith("The judge is rule.")
    assert "better than counting common words" in section.text
    agreement = rows(section, "The judge beside the labels")
    assert agreement["own claims, all"][:3] == ("48", "20", "1.000 (1.000–1.000)")
    assert rows(section, "Claims that the evidence contradicts")["own claims, all"][:2] == (
        "24",
        "1.000 (0.832–1.000)",
    )


def test_a_judge_that_believes_everything_is_found_out() -> None:
    section = section_of(RuleJudge(credulous), library=pairs(), documents=pairs(20, supported=lambda i: i % 4 == 0))
    assert section.figures["judge_own_balanced_accuracy"] == 0.5
    assert section.figures["judge_own_auc"] == 0.5
    assert section.figures["judge_documents_precision"] == 0.25
    assert section.figures["judge_documents_misses"] == 1
    assert section.figures["judge_documents_ece"] == pytest.approx(0.7)
    assert "not surely better than counting common words" in section.text


def test_errors_are_listed_by_kind_the_worst_first() -> None:
    def blind_to_dates(claim: str, _: str) -> VerdictStatus:
        number = int(claim.split()[1].strip("."))
        return STATUS.SUPPORTED if claim.startswith("Yes") or number // 2 % 2 else STATUS.UNSUPPORTED

    section = section_of(RuleJudge(blind_to_dates), library=pairs(40), documents=())
    assert section.tables  # one set alone makes no sum
    both = section_of(RuleJudge(blind_to_dates), library=pairs(40), documents=pairs(4))
    kinds = rows(both, "Own claims by kind")
    assert list(kinds) == ["date", "number", "entailed"]
    assert kinds["date"][:3] == ("not", "11", "10")
    assert kinds["date"][3].startswith("0.000 (0.000–")
    assert kinds["number"][3].startswith("1.000 (0.")
    assert kinds["number"][4:] == ("1.000", "0.500")
    assert kinds["date"][4:] == ("0.500", "0.500")
    assert both.figures["judge_own_false_alarms"] == 0


def test_what_was_not_measured_is_said() -> None:
    labelled = LabelledSets({"frank": pairs(20)}, ("wice_dev.jsonl",), {"frank": 671})
    section = judge_section(judge_sets(RuleJudge(truthful), labelled), labelled)
    assert "Drawn at random: FRANK, validation (20 of 671 pairs)." in section.text
    assert "the files were not found: wice_dev.jsonl." in section.text
    assert "no folder" not in section.text
    own_only = section_of(RuleJudge(truthful), library=pairs(), documents=pairs(8))
    assert "no folder with them was given" in own_only.text
    assert judge_section({}, LabelledSets({})).figures == {}


def test_curves_are_those_of_the_scores() -> None:
    section = section_of(RuleJudge(truthful), library=pairs(), documents=pairs(8))
    calibration, found = section.plots
    assert calibration.diagonal
    assert [series.name for series in calibration.series] == ["own claims, all"]
    assert calibration.series[0].points == (pytest.approx((0.05, 0.0)), pytest.approx((0.95, 1.0)))
    assert found.series[0].points[0] == (0.0, 0.0)
    assert (0.0, 1.0) in found.series[0].points


# -- answers --------------------------------------------------------------------------------------------------------

QUOTE = citation("bakery", "Bread sells itself.")


def own_judged():
    """Of what this judge calls supported, half is; of the rest, none is."""
    return judge(
        RuleJudge(lambda claim, _: STATUS.SUPPORTED if int(claim.split()[1].strip(".")) % 4 < 2 else STATUS.PARTIAL),
        pairs(40, supported=lambda i: i % 4 == 0),
    )


def test_what_is_taken_over_word_for_word_needs_no_judge() -> None:
    shown = [record(case(name=f"c-{i}"), answer(verdict("Bread sells itself.", QUOTE))) for i in range(3)]
    found, taken_over = corrected_support(shown, own_judged())
    assert taken_over == 3
    assert (found.value, found.low, found.high, found.cases) == (1.0, 1.0, 1.0, 3)


def test_any_other_sentence_is_supported_as_often_as_the_verdict_was_right() -> None:
    wrong_place = citation("bakery", "Bread sells itself.", shift=1)
    shown = [
        record(case(name="c-1"), answer(verdict("Bread sells itself.", QUOTE), verdict("Bread sells.", QUOTE))),
        record(case(name="c-2"), answer(verdict("Bread sells itself.", wrong_place))),
        record(case(name="c-3"), answer(verdict("Bread sells itself.", QUOTE, status=STATUS.PARTIAL))),
    ]
    found, taken_over = corrected_support(shown, own_judged())
    assert taken_over == 1
    assert found.value == pytest.approx((1 + 0.5 + 0.5 + 0) / 4)
    assert found.low < found.value < found.high
    labelled = LabelledSets({"library": pairs(), "documents": pairs(8)})
    section = judge_section(judge_sets(RuleJudge(truthful), labelled), labelled, shown)
    assert "of the 4 sentences shown in answers" not in section.text  # no label for "partial"
    assert "support_corrected" not in section.figures
    section = judge_section(judge_sets(RuleJudge(truthful), labelled), labelled, shown[:2])
    assert section.figures["support_corrected"] == 1
    assert "of the 3 sentences shown in answers are supported. 1 of them are taken over" in section.text


def test_verbatim_claims_say_nothing_about_the_others() -> None:
    easy = tuple(pair._replace(kind="verbatim", group=f"easy {pair.group}") for pair in pairs(40))
    judged = own_judged()
    with_easy = judged + judge(RuleJudge(truthful), easy)
    shown = [record(case(), answer(verdict("Bread sells.", QUOTE)))]
    assert corrected_support(shown, with_easy) == corrected_support(shown, judged)
    assert corrected_support([], judged).share.value is None
    assert TEXTS["bakery"].endswith(QUOTE.quote)
