ARG PYTHON=3.13

# --- everything that has to be fetched and compiled -----------------------------------------------------------------
FROM python:${PYTHON}-slim AS build
WORKDIR /src

# A virtual environment without pip, from wheels alone: no compiler, and nothing that runs while it is installed.
COPY requirements.txt ./
RUN python -m venv --without-pip /opt/easel
RUN python -m pip --python /opt/easel/bin/python --disable-pip-version-check --no-cache-dir install \
    --no-compile --require-hashes --only-binary :all: -r requirements.txt

# The sandbox stays outside: see .dockerignore.
WORKDIR /app
COPY LICENSE ./
COPY bot ./bot
COPY cogs ./cogs
COPY migrations ./migrations

# Compiled here, because nothing can be written later; by content, because files are given new times when copied.
RUN /opt/easel/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/easel/lib /app

# --- what runs ------------------------------------------------------------------------------------------------------
FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="Easel" \
      org.opencontainers.image.description="A Discord bot that trains LoRA models from people's own pictures and paints with them" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"

RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin easel \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data

COPY --from=build /opt/easel /opt/easel
COPY --from=build /app /app

# Written to: DATA_DIR and /tmp, nothing else. The port is for the container's network; compose.yaml publishes none.
ENV PATH=/opt/easel/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    DATABASE_URL=sqlite+aiosqlite:////data/easel.db \
    LOG_FORMAT=json \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080

WORKDIR /app
VOLUME /data
EXPOSE 8080
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001

# Steps under way get 20 seconds to finish: let `docker stop` wait for 30.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=8s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
