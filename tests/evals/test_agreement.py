import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from advisor.evals.agreement import (
    Bin,
    Resampling,
    auc,
    balanced_accuracy,
    best_threshold,
    calibration_error,
    corrected_mean,
    f1,
    mean_by_verdict,
    rate,
    reliability,
    share,
)

ONCE = np.ones((1, 6))
TRUTH = np.array([True, True, True, True, False, False])
SCORE = np.array([0.95, 0.85, 0.5, 0.25, 0.5, 0.15])
DECIDED = SCORE >= 0.5


# -- statistics -----------------------------------------------------------------------------------------------------


def test_figures_are_what_one_computes_by_hand() -> None:
    # Three of four true ones and one of two false ones are told right.
    assert balanced_accuracy(ONCE, DECIDED, TRUTH) == pytest.approx([(3 / 4 + 1 / 2) / 2])
    assert f1(ONCE, DECIDED, TRUTH) == pytest.approx([2 * 3 / (4 + 4)])
    # Of the eight couples of a true and a false one, six are in order and one is a tie.
    assert auc(ONCE, SCORE, TRUTH) == pytest.approx([6.5 / 8])
    # Bins: 0.1-0.2 (0.15, false), 0.2-0.3 (0.25, true), 0.5-0.6 (twice 0.5, half true), 0.8-0.9 and 0.9-1 (true).
    assert calibration_error(ONCE, SCORE, TRUTH) == pytest.approx([(0.15 + 0.75 + 0.0 + 0.15 + 0.05) / 6])
    assert share(ONCE, DECIDED, ~TRUTH) == pytest.approx([1 / 2])


def test_weights_mean_that_a_pair_was_drawn_so_often() -> None:
    rng = np.random.default_rng(1)
    score = rng.integers(0, 12, 60) / 11  # with many ties
    truth = rng.random(60) < 0.3 + 0.5 * score
    weights = rng.integers(0, 4, (5, 60)).astype(float)
    for row in weights:
        one, decided = row[np.newaxis], score >= 0.5
        assert auc(one, score, truth)[0] == pytest.approx(
            sklearn_metrics.roc_auc_score(truth, score, sample_weight=row)
        )
        assert balanced_accuracy(one, decided, truth)[0] == pytest.approx(
            sklearn_metrics.balanced_accuracy_score(truth, decided, sample_weight=row)
        )
        assert f1(one, decided, truth)[0] == pytest.approx(sklearn_metrics.f1_score(truth, decided, sample_weight=row))
        again = np.repeat(np.arange(60), row.astype(int))
        drawn = np.ones((1, len(again)))
        assert calibration_error(one, score, truth)[0] == pytest.approx(
            calibration_error(drawn, score[again], truth[again])[0]
        )
    assert auc(weights, score, truth).tolist() == [auc(row[np.newaxis], score, truth)[0] for row in weights]


def test_the_last_bin_holds_the_score_one_and_empty_bins_are_left_out() -> None:
    score = np.array([0.0, 0.05, 0.95, 1.0])
    truth = np.array([False, True, True, True])
    assert reliability(score, truth) == (Bin(0.025, 0.5, 2), Bin(pytest.approx(0.975), 1.0, 2))


def test_a_calibrated_judge_has_almost_no_calibration_error() -> None:
    rng = np.random.default_rng(2)
    score = rng.random(50_000)
    truth = rng.random(50_000) < score
    assert calibration_error(np.ones((1, 50_000)), score, truth)[0] < 0.01
    assert calibration_error(np.ones((1, 50_000)), score**2, truth)[0] == pytest.approx(1 / 6, abs=0.01)


def test_the_best_threshold_is_the_one_with_the_best_balanced_accuracy() -> None:
    best = best_threshold(SCORE, TRUTH)
    reached = balanced_accuracy(ONCE, best <= SCORE, TRUTH)[0]
    assert reached == max(balanced_accuracy(ONCE, t <= SCORE, TRUTH)[0] for t in SCORE)
    assert best == 0.85
    with pytest.raises(ValueError, match="both"):
        best_threshold(SCORE, np.ones(6, dtype=bool))


# -- intervals ------------------------------------------------------------------------------------------------------


def test_an_interval_over_groups_is_wider_where_pairs_of_a_group_agree() -> None:
    right = np.repeat(np.random.default_rng(3).random(40) < 0.7, 10)
    clustered = rate(right, [i // 10 for i in range(400)])
    naive = rate(right, range(400))
    assert clustered.value == naive.value == right.mean()
    ratio = (clustered.high - clustered.low) / (naive.high - naive.low)
    assert ratio == pytest.approx(10**0.5, rel=0.15)


def test_an_interval_over_groups_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    everything = np.ones(300, dtype=bool)
    groups = [i // 10 for i in range(300)]
    held = {"groups": 0, "pairs": 0}
    for seed in range(200):
        # 30 documents, each with its own ease; the mean of the shares is 0.7.
        right = rng.random(300) < np.repeat(rng.beta(2.1, 0.9, 30), 10)
        for name, by in (("groups", groups), ("pairs", list(range(300)))):
            resampling = Resampling(by, resamples=300, seed=seed)
            found = resampling.estimate(lambda w, right=right: share(w, right, everything))
            held[name] += found.low <= 0.7 <= found.high
    assert 0.88 <= held["groups"] / 200 <= 0.99
    assert held["pairs"] / 200 < 0.8


def test_the_same_resamples_serve_all_figures_so_that_a_difference_is_paired() -> None:
    rng = np.random.default_rng(5)
    truth = rng.random(200) < 0.5
    one = np.where(rng.random(200) < 0.8, truth, ~truth)
    other = one.copy()
    wrong = np.flatnonzero(one == truth)[:10]
    other[wrong] = ~other[wrong]  # the same judge, but for ten mistakes more
    resampling = Resampling([i // 2 for i in range(200)])
    gain = resampling.estimate(lambda w: balanced_accuracy(w, one, truth) - balanced_accuracy(w, other, truth))
    alone = resampling.estimate(lambda w: balanced_accuracy(w, one, truth))
    assert gain.low > 0
    assert gain.high - gain.low < 0.7 * (alone.high - alone.low)
    assert gain == Resampling([i // 2 for i in range(200)]).estimate(
        lambda w: balanced_accuracy(w, one, truth) - balanced_accuracy(w, other, truth)
    )


def test_what_can_not_be_told_is_left_open() -> None:
    one_group = Resampling(["a"] * 6).estimate(lambda w: auc(w, SCORE, TRUTH))
    assert (one_group.value, one_group.low, one_group.high) == (6.5 / 8, None, None)
    no_false = Resampling(range(6)).estimate(lambda w: auc(w, SCORE, np.ones(6, dtype=bool)))
    assert (no_false.value, no_false.low, no_false.cases) == (None, None, 6)
    # A resample without a true pair has no value; the others still make an interval.
    rare = Resampling(range(6)).estimate(lambda w: auc(w, SCORE, np.arange(6) == 0))
    assert rare.value == 1.0
    assert (rare.low, rare.high) == (1.0, 1.0)


def test_a_share_of_all_or_none_has_an_exact_interval_over_groups() -> None:
    groups = [i // 3 for i in range(60)]
    everything = rate(np.ones(60, dtype=bool), groups)
    assert (everything.value, everything.high, everything.cases) == (1.0, 1.0, 60)
    assert everything.low == pytest.approx(0.025 ** (1 / 20))
    nothing = rate(np.zeros(60, dtype=bool), groups)
    assert rate(np.ones(0, dtype=bool), []).value is None
    assert (nothing.low, nothing.high) == (0.0, pytest.approx(1 - 0.025 ** (1 / 20)))


# -- corrected means ------------------------------------------------------------------------------------------------


def test_a_corrected_mean_by_hand() -> None:
    labelled, unlabelled = [1, 0, 1, 0], [1, 1, 1, 0, 1, 1, 0, 1]
    # Variances of the two means: (1/3)/4 and (3/14)/8. The judge is always right, so lambda is the share of the first.
    weight = (1 / 12) / (1 / 12 + 3 / 112)
    half = 1.959964 * ((1 - weight) ** 2 / 12 + weight**2 * 3 / 112) ** 0.5
    found = corrected_mean(unlabelled, labelled, labelled)
    assert found.value == pytest.approx(0.5 + weight * 0.25)
    assert (found.low, found.high) == (pytest.approx(found.value - half), pytest.approx(found.value + half))
    assert found.cases == 8


def test_a_judge_that_says_always_the_same_is_not_listened_to() -> None:
    labels = [1, 0, 1, 1, 0, 1, 0, 1]
    found = corrected_mean([1.0] * 50, [1.0] * 8, labels)
    half = 1.959964 * (np.var(labels, ddof=1) / 8) ** 0.5
    assert (found.value, found.low) == (5 / 8, pytest.approx(5 / 8 - half))


def test_a_corrected_mean_covers_the_truth_where_the_judge_alone_does_not_and_is_surer_than_labels_alone() -> None:
    rng = np.random.default_rng(6)
    held, widths, judged_means = 0, [], []
    for _ in range(400):
        truth = rng.random(1080) < 0.8
        # It takes a fifth of what is false for true, and is more careful with the rest.
        judge = np.where(truth, rng.beta(8, 2, 1080), rng.beta(3, 4, 1080))
        found = corrected_mean(judge[80:], judge[:80], truth[:80].astype(float))
        labels_alone = corrected_mean([0.5] * 1000, [0.5] * 80, truth[:80].astype(float))
        held += found.low <= 0.8 <= found.high
        widths.append((found.high - found.low) / (labels_alone.high - labels_alone.low))
        judged_means.append(judge[80:].mean())
    assert 0.92 <= held / 400 <= 0.98
    assert np.mean(widths) < 0.85
    assert abs(np.mean(judged_means) - 0.8) > 0.05


def test_items_that_repeat_within_their_group_add_nothing() -> None:
    rng = np.random.default_rng(7)
    truth = rng.random(30) < 0.6
    judge, more = np.where(truth, 0.8, 0.3) + rng.normal(0, 0.1, 30), rng.random(100)
    plain = corrected_mean(more, judge, truth)
    twice = corrected_mean(
        np.repeat(more, 2),
        np.repeat(judge, 2),
        np.repeat(truth, 2),
        unlabelled_groups=np.repeat(np.arange(100), 2).tolist(),
        labelled_groups=np.repeat(np.arange(30), 2).tolist(),
    )
    assert (twice.value, twice.low, twice.high) == pytest.approx((plain.value, plain.low, plain.high))


def test_a_corrected_mean_needs_items_that_fit_together() -> None:
    with pytest.raises(ValueError, match="at least one"):
        corrected_mean([], [1.0], [1.0])
    with pytest.raises(ValueError, match="2 labelled items are judged, but there are 1 labels"):
        corrected_mean([1.0], [1.0, 0.0], [1.0])
    with pytest.raises(ValueError, match="a group"):
        corrected_mean([1.0, 0.0], [1.0, 0.0], [1.0, 0.0], unlabelled_groups=["a"])
    alone = corrected_mean([0.5], [1.0, 0.0], [1.0, 1.0])
    assert (alone.value, alone.low, alone.high) == (1.0, None, None)


def test_a_mean_by_verdict_by_hand() -> None:
    found = mean_by_verdict(
        ["word for word", "yes", "yes", "no"],
        ["yes", "yes", "yes", "yes", "no", "no"],
        [True, True, True, False, False, True],
        groups=["a", "a", "b", "b"],
        labelled_groups=range(6),
        known={"word for word": 1.0},
    )
    assert found.value == pytest.approx((1 + 2 * 3 / 4 + 1 / 2) / 4)
    assert found.low < found.value < found.high


def test_verdicts_that_nobody_labelled_leave_the_mean_open() -> None:
    unknown = mean_by_verdict(["maybe"], ["yes"], [True], groups=["a"], labelled_groups=["b"])
    assert (unknown.value, unknown.cases) == (None, 1)
    alone = mean_by_verdict(["yes", "yes"], ["yes"], [True], groups=["a", "b"], labelled_groups=["c"])
    assert (alone.value, alone.low) == (1.0, None)


def test_a_mean_by_verdict_holds_where_answers_differ_from_what_was_labelled_and_a_tuned_one_does_not() -> None:
    rng = np.random.default_rng(8)
    right = {"yes": 0.9, "no": 0.1}
    truth = 0.95 * 0.9 + 0.05 * 0.1
    held, tuned = 0, []
    for _ in range(60):
        labelled = np.where(rng.random(300) < 0.4, "yes", "no")
        labels = rng.random(300) < np.vectorize(right.get)(labelled)
        answers = np.where(rng.random(100) < 0.95, "yes", "no")
        found = mean_by_verdict(
            answers.tolist(), labelled.tolist(), labels.tolist(), groups=range(100), labelled_groups=range(300)
        )
        held += found.low <= truth <= found.high
        tuned.append(corrected_mean(answers == "yes", labelled == "yes", labels).value)
    assert held / 60 >= 0.87
    assert abs(np.mean(tuned) - truth) > 0.1
