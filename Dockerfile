# syntax=docker/dockerfile:1
# One image, every role: ROLES and the two URLs decide what a container does (README, « Operation »).
FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The image has its own Node: the pinned one of the packages is left out. No package needs its install script.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
# Vite's compiler is an optional, platform-bound package: nothing is left out here, and nothing of it stays.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY domain ./domain
COPY console ./console
COPY scripts ./scripts
RUN node scripts/build-console.ts

FROM node:24-slim
ENV NODE_ENV=production \
    AIGUILLAGE_DATA=/data \
    ROLES=all \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json main.ts LICENSE ./
COPY domain ./domain
COPY classifiers ./classifiers
COPY config ./config
COPY queues ./queues
COPY mail ./mail
COPY store ./store
COPY workers ./workers
COPY console ./console
COPY scripts ./scripts
COPY --from=pages /app/console/dist ./console/dist
# The root file system is meant to be mounted read-only; only /data (embedded try-out) and /tmp are written.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
  CMD ["node", "/app/scripts/healthcheck.ts"]
ENTRYPOINT ["/app/scripts/aiguillage"]
CMD ["start"]
