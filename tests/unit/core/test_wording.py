"""Texts that differ in their numbers only."""

from hessian_lab._core.wording import by_wording


def test_numbers_become_ranges_and_wordings_are_counted():
    """By size, not by spelling: 9 is below 10, 2e-3 below 0.1, -1 below both; a number that never changes stays."""
    texts = [
        "overlap still 0.1 after 10, half the run",
        "run of 3 times",
        "overlap still 2e-3 after 10, half the run",
        "overlap still -1 after 9, half the run",
    ]
    assert by_wording(texts) == {"overlap still -1 to 0.1 after 9 to 10, half the run": 3, "run of 3 times": 1}


def test_digits_of_a_name_are_no_number():
    """omega_T1 and omega_T2 are two wordings."""
    assert by_wording(["omega_T1 is 3", "omega_T2 is 4"]) == {"omega_T1 is 3": 1, "omega_T2 is 4": 1}
