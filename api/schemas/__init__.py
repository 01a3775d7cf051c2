"""The forms of what comes in and goes out, with examples in Chinese and English; rules of the domain stand elsewhere."""
