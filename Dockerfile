# gram-cpu in Debian 12, for one container a job; docs/jobs.md says how to build and run it.
# scripts/dockerfile-check.sh follows these steps without Docker.

FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/install-deps.sh scripts/dependencies.txt scripts/
RUN scripts/install-deps.sh build
COPY . .
RUN cmake --preset release -DGRAM_TESTS=OFF -DGRAM_BENCH=OFF -DCMAKE_INSTALL_PREFIX=/usr/local \
 && cmake --build --preset release --target product \
 && DESTDIR=/installed cmake --install build/release --strip

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    libdnnl2 libgomp1 libsimdjson14 libstdc++6 libutf8proc2 libxxhash0 libzstd1 zlib1g \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed/usr/local /usr/local
RUN useradd --uid 1000 --user-group gram
USER gram
WORKDIR /data
ENTRYPOINT ["gram-cpu"]
