from tests.budget import budgets, folder_of, table


def test_every_test_below_a_folder_counts_for_that_folder():
    assert folder_of("tests/http/deep/test_x.py::test_y") == "tests/http"
    assert folder_of("tests/test_docs.py::test_y") == "tests"
    assert folder_of("src/tessella/domain/hashing.py::tessella.domain.hashing") == "src"


def test_the_table_marks_a_folder_that_ran_over_its_budget():
    _, over, within, unknown = table({"tests/a": 3.04, "tests/b": 1.0, "tests/c": 1.0}, {"tests/a": 3, "tests/b": 3})
    assert over.split() == ["tests/a", "3.0", "3", "OVER"]
    assert within.split() == ["tests/b", "1.0", "3"]
    assert unknown.split() == ["tests/c", "1.0", "-", "no", "budget"]


def test_the_budgets_in_contributing_add_up_to_fourteen_minutes_of_two_processes_at_most():
    allowed = budgets()
    alone = allowed.pop("tests/faults")
    assert 0 < sum(allowed.values()) / 2 + alone <= 14 * 60
