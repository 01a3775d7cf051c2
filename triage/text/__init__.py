"""What every step may use on a text. In: a text as received; out: spans, terms and values, all by character offset.

normalise (one form for every spelling, with offsets back), segment (words), terms (keyed terms), money, dates,
contacts, language, masking. Everything here is pure: nothing is read but the tables packaged with ``corpora``.
Each module is imported by its own name: whoever wants one pays for no other, and no function hides the module whose name it
bears (language, normalise).
"""
