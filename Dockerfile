# nexcred with what a vault in Git, PostgreSQL or a bucket needs. It runs as any user, on a read-only root, without a home.
FROM python:3.13-slim AS build
COPY pyproject.toml README.md LICENSE /src/
COPY man /src/man
COPY nexcred /src/nexcred
RUN python3 -m venv /opt/nexcred && /opt/nexcred/bin/python -m pip install --no-cache-dir --disable-pip-version-check /src

FROM python:3.13-slim
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git openssh-client && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/nexcred /opt/nexcred
ENV PATH=/opt/nexcred/bin:/usr/local/bin:/usr/bin:/bin NEXCRED_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
ENTRYPOINT ["nexcred"]
