# The server as an image: `docker build -t tessella .`. docs/howto/deploy.md says how it is run.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim-bookworm AS build
WORKDIR /source
COPY requirements requirements
# What running needs, in an environment of its own; building and its tools stay behind in this stage.
RUN python -m venv /opt/tessella \
    && /opt/tessella/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/runtime.lock -r requirements/train.lock
RUN python -m venv /opt/tools \
    && /opt/tools/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/build.lock -r requirements/ui.lock
COPY . .
RUN /opt/tools/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/tessella/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps /wheels/*.whl

FROM python:${PYTHON}-slim-bookworm
RUN groupadd --gid 10001 tessella \
    && useradd --uid 10001 --gid tessella --home-dir /var/lib/tessella --create-home --shell /usr/sbin/nologin tessella \
    && chmod 0700 /var/lib/tessella
COPY --from=build /opt/tessella /opt/tessella
ENV PATH="/opt/tessella/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    TESSELLA_HOME=/var/lib/tessella \
    TESSELLA_HOST=0.0.0.0
USER tessella
WORKDIR /var/lib/tessella
VOLUME /var/lib/tessella
EXPOSE 8600
# Whether it answers. /health/ready says besides whether it can decide: for a balancer, not for a restart.
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; port = os.environ.get('TESSELLA_PORT') or os.environ.get('PORT') or 8600; urllib.request.urlopen(f'http://127.0.0.1:{port}/health/live', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tessella"]
CMD ["serve"]
