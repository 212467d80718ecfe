"""Examples of the tables that no night asks yet: for each row, values that it must answer."""

from typing import Any

Rows = list[tuple[tuple[Any, ...], int]]

_GOAL: Rows = [
    ((1, 0, False), 1),
    ((0.5, 12, False), 2),
    ((0.5, 13, False), 3),
    ((0.89, 40, False), 4),
    ((1, 40, True), 5),
    ((0.9, 40, False), 6),
]
_SEGMENT: Rows = [
    ((False, "unknown", True, 0, None), 1),
    ((True, "unknown", False, 0, None), 2),
    ((True, "minor", False, 0, 12), 3),
    ((True, "adult", True, 2, 45), 4),
    ((True, "adult", False, 1, 59), 5),
    ((True, "adult", False, 0, 34), 6),
    ((True, "adult", False, 0, 49), 7),
    ((True, "adult", False, 0, 59), 8),
    ((True, "adult", True, 1, 60), 9),
    ((True, "elder", False, 0, 70), 9),
]
_SUITABILITY: Rows = [
    (("insurance_exempt", "child", True, None, "none", False, False, None), 1),
    (("insurance", "minor", None, "C5", "valid", False, False, None), 2),
    (("investment", "minor", False, "C5", "valid", False, False, "R1"), 2),
    (("investment", "minor", True, "C5", "valid", False, False, "R2"), 3),
    ((None, "minor", True, "C5", "valid", False, False, "R2"), 3),
    (("insurance_exempt", "adult", None, None, "none", None, None, None), 4),
    (("insurance", "adult", None, None, "none", None, None, None), 5),
    (("investment", "adult", None, "C5", "valid", None, True, "R1"), 5),
    (("insurance", "adult", None, None, "none", True, None, None), 6),
    (("insurance", "elder", None, None, "none", True, True, None), 7),
    (("insurance", "adult", None, None, "none", False, None, None), 8),
    (("investment", "adult", None, "C1", "none", False, None, "R1"), 9),
    (("investment", "adult", None, None, "valid", False, None, "R1"), 10),
    (("investment", "adult", None, "C5", "expired", False, None, "R1"), 11),
    (("investment", "adult", None, "C5", "undated", False, None, "R1"), 12),
    (("investment", "adult", None, "C5", "changed", False, None, "R1"), 13),
    (("investment", "adult", None, "C5", "unconfirmed", False, None, "R1"), 14),
    (("investment", "adult", None, "C5", "valid", False, None, None), 15),
    (("investment", "adult", None, "C5", "valid", True, True, "R1"), 16),
    (("investment", "adult", None, "C1_min", "valid", False, None, "R2"), 17),
    (("investment", "adult", None, "C1", "valid", False, None, "R2"), 18),
    (("investment", "adult", None, "C2", "valid", False, None, "R3"), 19),
    (("investment", "adult", None, "C3", "valid", False, None, "R4"), 20),
    (("investment", "adult", None, "C4", "valid", False, None, "R5"), 21),
    (("investment", "elder", None, "C5", "valid", False, None, "R4"), 22),
    (("investment", "unknown", None, "C4", "valid", False, None, "R4"), 23),
    (("investment", "elder", None, "C3", "valid", False, None, "R3"), 24),
    (("investment", "minor", True, "C1", "valid", False, None, "R1"), 24),
    (("investment", "adult", None, "C5", "valid", False, None, "R5"), 24),
    (("investment", "adult", None, "C2", "valid", False, None, "R2"), 24),
]
_LIFE_EVENT: Rows = [
    (("bereaved", False, 0), 1),
    (("ill", False, 4), 2),
    (("product_default", True, 0), 3),
    (("grade_raised", True, 1), 4),
    (("market_fall", True, 2), 5),
    (("market_fall", True, 1), 6),
    (("rate_change", True, 0), 7),
    (("market_fall", False, 4), 8),
    (("retired", False, 0), 9),
    (("job_changed", False, 1), 10),
    (("child_born", False, 2), 11),
    (("marriage", False, 1), 12),
    (("home_bought", False, 3), 13),
    (("moved", False, 0), 14),
    (("marriage", False, 0), 15),
]
_IMPROVEMENT: Rows = [
    ((1.2, 0, True), 1),
    ((1, 0, False), 2),
    ((0.79, 1, False), 3),
    ((0.9, 3, False), 4),
    ((0.9, 2, False), 5),
    ((0.9, 1, False), 6),
]
_REQUIRED: Rows = [
    (("consent", False, True, True, 0), 1),
    (("guardian_consent", False, False, True, 0), 2),
    (("law", True, False, True, 0), 3),
    (("law", True, True, True, 1.01), 4),
    (("contract", True, False, True, 0), 5),
    (("consent", True, True, True, 1.5), 6),
    (("consent", True, True, True, 0.95), 7),
    (("law", True, True, True, 0.5), 8),
    (("consent", True, False, False, 0), 8),
]
_INVITATION: Rows = [
    (("unknown", "granted", True, "yes", False, False, 4), 1),
    (("adult", "unknown", True, "yes", False, False, 4), 2),
    (("adult", "refused", False, "no", False, False, 4), 3),
    (("adult", "granted", False, "yes", True, False, 4), 4),
    (("adult", "granted", False, "yes", False, True, 4), 5),
    (("adult", "refused", False, "unknown", False, False, 3), 6),
    (("adult", "granted", True, "yes", False, False, 1), 7),
    (("adult", "granted", True, "unknown", False, False, 2), 8),
    (("adult", "granted", True, "yes", False, False, 0), 9),
    (("adult", "granted", True, "unknown", False, False, 1), 10),
]
_SURVEY: Rows = [
    (("transaction", True, True, False, False, False), 1),
    (("yearly", False, False, False, False, False), 2),
    (("yearly", False, True, True, False, False), 3),
    (("complaint", False, True, True, True, False), 4),
    (("complaint", False, True, True, False, False), 7),
    (("yearly", False, True, False, True, False), 5),
    (("transaction", False, True, False, False, True), 6),
    (("transaction", False, True, False, False, False), 7),
]
_URGENCY: Rows = [
    (("branch", "one", True, False, False, 0), 1),
    (("branch", "major", False, False, False, 0), 2),
    (("phone", "one", False, True, False, 0), 3),
    (("PBOC", "one", False, False, False, 0), 4),
    (("online", "one", False, False, False, 2), 5),
    (("letter", "group", False, False, False, 0), 6),
    (("branch", "one", False, False, True, 1), 7),
    (("branch", "one", False, False, False, 1), 8),
    (("branch", "one", False, False, False, 0), 9),
]
_PROCESS: Rows = [
    ((1.1, 0.1, False), 1),
    ((0.79, 0, True), 2),
    ((0.79, 0, False), 3),
    ((1.1, 0, True), 4),
    ((0.99, 0, False), 5),
    ((1, 0.09, False), 6),
]

# table, its inputs, examples
MORE: list[tuple[str, tuple[str, ...], Rows]] = [
    ("1.2/goal_gap", ("goal_funded_ratio", "goal_months_left", "is_review_due"), _GOAL),
    ("1.3/segment", ("is_person", "age_group", "runs_business", "children_count", "age"), _SEGMENT),
    (
        "1.4/suitability",
        (
            "product_kind",
            "age_group",
            "guardian_consents",
            "customer_grade",
            "assessment",
            "out_of_means",
            "is_exception_confirmed",
            "product_grade",
        ),
        _SUITABILITY,
    ),
    ("1.5/life_event", ("event", "is_exposed", "tier"), _LIFE_EVENT),
    ("1.6/improvement", ("measure_to_target_ratio", "periods_missed", "is_harm"), _IMPROVEMENT),
    ("2.1/required", ("basis", "has_consent", "is_known", "is_owed", "age_to_limit_ratio"), _REQUIRED),
    (
        "2.5/invitation",
        ("age_group", "consent", "sells", "likes", "has_open_complaint", "is_invited_enough", "tier"),
        _INVITATION,
    ),
    (
        "2.4/survey",
        ("survey", "refuses", "is_reachable", "is_asked_lately", "has_open_complaint", "is_warned"),
        _SURVEY,
    ),
    (
        "2.6/urgency",
        ("source", "gathering", "is_emergency", "is_harm_going_on", "is_vulnerable", "repeats"),
        _URGENCY,
    ),
    ("3.1/process_change", ("on_time_to_target_ratio", "rework_ratio", "is_complained"), _PROCESS),
]
