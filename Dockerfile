# One image for every process: the API, the workers, the migration and the certificates differ in their command alone.
# Written without an engine at hand: docs/cluster.md says what was tried.
ARG PYTHON_IMAGE=python:3.11.13-slim-bookworm

# --- Everything that is needed to build, and nothing of it goes further
FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/triage
# The dependencies alone first: they change seldom, and this layer is kept.
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY corpora ./corpora
COPY models ./models
COPY triage ./triage
COPY api ./api
RUN /opt/triage/bin/pip install -c constraints.txt '.[accurate]'
# Training here makes every machine read with the same model, and a first start ready at once instead of after some seven minutes.
RUN TRIAGE_DATA_DIR=/trained /opt/triage/bin/triage train

# --- What runs
FROM ${PYTHON_IMAGE}
ENV PATH=/opt/triage/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    TRIAGE_DATA_DIR=/data TRIAGE_HOST=0.0.0.0 MPLCONFIGDIR=/tmp/matplotlib
# Group 0, so that the servers of the composition, which have other users, can read what jobs write for them.
RUN useradd --uid 1000 --gid 0 --no-create-home --home-dir /tmp triage \
    && install -d -m 0750 -o 1000 -g 0 /data /certs
COPY --from=build /opt/triage /opt/triage
# A new named volume on /data begins with these models; one that is there already keeps its own.
COPY --from=build --chown=1000:0 /trained/models /data/models
USER 1000:0
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["triage", "serve", "--no-worker"]
