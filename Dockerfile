# The page is built with Node, the app runs without it.
FROM node:24-bookworm-slim AS page
WORKDIR /page
COPY web_map/page/package.json web_map/page/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web_map/page ./
RUN npm run build
WORKDIR /report
COPY web_map/report/package.json web_map/report/package-lock.json ./
RUN npm ci --no-audit --no-fund

FROM python:3.12-slim-bookworm
ENV MALLOC_ARENA_MAX=2 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app \
    NUMBA_CACHE_DIR=/var/cache/yiwang YIWANG_HOME=/var/lib/yiwang
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY gis gis
COPY boundaries boundaries
COPY web_map/*.py web_map/
COPY web_map/report/*.py web_map/report/
COPY web_map/printed web_map/printed
COPY api api
COPY --from=page /page/dist web_map/page/dist
COPY --from=page /report/node_modules web_map/report/node_modules
RUN useradd --system --uid 10001 yiwang \
    && install -d -o yiwang /var/cache/yiwang /var/lib/yiwang
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["python", "-m", "api", "demo", "serve", "--host", "0.0.0.0"]
