"""What is written with a plan is fit for everybody who reads it."""

from pool.services.runs import drafts


def test_private_reasons_are_told_of_a_crowd_only():
    """That one clinician finds the fee too low is theirs alone; that five do is not."""
    (said,) = drafts.stopped_words({"available": 1, "fee": 1, "blocked": 2, "travel": 4})
    assert (
        said == "Of 8 clinicians, 1 is not free for the whole session; 4 live too far away; 3 cannot for other reasons."
    )
    (said,) = drafts.stopped_words({"fee": 5})
    assert said == "Of 5 clinicians, 5 find the fee too low."
    assert drafts.stopped_words({}) == ()
