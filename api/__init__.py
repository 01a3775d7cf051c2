"""The web: FastAPI routes over the domain, and nothing that decides anything.

In go HTTP requests; out come JSON answers, problem details (RFC 9457) and three plain pages. ``api.app.create_app`` is
the way in, a factory without arguments that reads the settings of the process.
"""
