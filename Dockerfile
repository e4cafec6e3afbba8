ARG SWIFT_IMAGE=swift:6.3-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends libncurses-dev libsqlite3-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.* ./
COPY Sources Sources
# The manifest requires these folders; they are not built.
COPY Benchmarks Benchmarks
COPY Tests Tests
# The cache survives the layer, so the next build is incremental.
RUN --mount=type=cache,target=/src/.build \
    swift build -c release --product observer --static-swift-stdlib -Xlinker -s \
    && install -D .build/release/observer /out/observer

FROM ${RUNTIME_IMAGE}
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends ca-certificates libncursesw6 libsqlite3-0 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --no-log-init \
        --home-dir /var/lib/dploy-observer --shell /usr/sbin/nologin observer \
    # Any user may be chosen, such as the random ones of OpenShift; each of them owns the files that it creates.
    && install -d -o observer -g observer -m 1777 /var/lib/dploy-observer
COPY LICENSE /usr/share/doc/dploy-observer/LICENSE
COPY --from=build /out/observer /usr/local/bin/observer

LABEL org.opencontainers.image.title="dploy-observer" \
      org.opencontainers.image.description="Deploys each push to a branch of a GitHub repository" \
      org.opencontainers.image.version="0.5.0" \
      org.opencontainers.image.licenses="Apache-2.0"

# The Mesos sandbox belongs to another user and is deleted with the task, so it can't hold the state.
ENV DPLOY_OBSERVER_STATE=/var/lib/dploy-observer
WORKDIR /var/lib/dploy-observer
USER observer
EXPOSE 8888
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["/usr/local/bin/observer", "status", "-health"]
ENTRYPOINT ["/usr/local/bin/observer"]
