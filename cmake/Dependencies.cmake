# Every third-party library of the project, found here and nowhere else. All are Debian 12 packages; the
# package names are in scripts/dependencies.txt, the reason for each in docs/architecture.md.
find_package(oneDNN 2.6 REQUIRED MODULE)       # matmuls
find_package(Threads REQUIRED)                 # threads
find_package(OpenMP REQUIRED COMPONENTS CXX)   # tells oneDNN to stay on the thread that calls it
find_package(Eigen3 REQUIRED NO_MODULE)        # reference matmul
find_package(simdjson REQUIRED CONFIG)         # reading JSON
find_package(nlohmann_json REQUIRED CONFIG)    # writing JSON
find_package(CLI11 REQUIRED CONFIG)            # command line
find_package(PkgConfig REQUIRED)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)  # Unicode data, NFC
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)      # checksums
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)             # gzip
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)          # zstd
if(GRAM_TESTS)
  find_package(GTest REQUIRED CONFIG)
endif()
if(GRAM_BENCH)
  find_package(benchmark REQUIRED CONFIG)
endif()
