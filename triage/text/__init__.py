"""What every step may use on a text: normalising, words, keyed terms, money, dates, names, contacts, masking."""
