"""The money and pension rules as plain Python over dated figures: facts in, amounts and their working out.

No database, no web: an accountant can read a file here beside the source that it names.
"""
