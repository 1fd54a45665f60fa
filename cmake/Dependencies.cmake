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

# Parquet, with Apache Arrow C++: Debian has none, so a build goes without where none is found. cmake/FindArrowParquet.cmake
# says what is taken.
set(GRAM_PARQUET AUTO CACHE STRING "Read and write Parquet with Apache Arrow C++: AUTO (where it is found), ON or OFF")
set_property(CACHE GRAM_PARQUET PROPERTY STRINGS AUTO ON OFF)
set(GRAM_HAS_PARQUET OFF)
if(GRAM_PARQUET)
  set(needed QUIET)
  if(NOT GRAM_PARQUET STREQUAL "AUTO" OR GRAM_ARROW_ROOT)
    set(needed REQUIRED)
  endif()
  find_package(ArrowParquet 21 ${needed} MODULE)
  set(GRAM_HAS_PARQUET ${ArrowParquet_FOUND})
endif()
if(GRAM_HAS_PARQUET)
  message(STATUS "Parquet: Apache Arrow ${ArrowParquet_VERSION}")
else()
  message(STATUS "Parquet: not in this build (GRAM_PARQUET=${GRAM_PARQUET})")
endif()

if(GRAM_TESTS)
  find_package(GTest REQUIRED CONFIG)
endif()
if(GRAM_BENCH)
  find_package(benchmark REQUIRED CONFIG)
endif()
