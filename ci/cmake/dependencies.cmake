# Every third-party package, in one place; ci/setup.sh installs them from Debian.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 3.35 REQUIRED)  # RETURNING
find_package(PostgreSQL REQUIRED)     # the client library
find_package(CURL REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(Snappy REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)

# Headers only: Debian's compiled Boost libraries are an older version than these headers.
find_package(Boost 1.81 REQUIRED)
add_library(assay_boost INTERFACE)
target_include_directories(assay_boost SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_compile_definitions(assay_boost INTERFACE BOOST_ERROR_CODE_HEADER_ONLY BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(assay_boost INTERFACE Threads::Threads)

if(ASSAY_TESTS)
  find_package(doctest REQUIRED)
endif()
