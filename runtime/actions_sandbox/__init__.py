"""The untrusted side: everything that runs in the zygote and in its workers.

Runs in: zygote / worker (``contract`` and ``wire`` also in the server). Standard library and
RestrictedPython only; nothing of the trusted side can be named from here.
"""
