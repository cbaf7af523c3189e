"""Loading modules without collections of garbage."""

import gc

from tessella.processes import loading


def test_nothing_is_collected_while_modules_are_loaded_and_what_they_made_is_left_alone_later():
    try:
        with loading():
            assert not gc.isenabled()
            made = [[]]
        assert gc.isenabled()
        assert all(each is not made for each in gc.get_objects())
    finally:
        gc.unfreeze()
