# Language level, warnings and sanitizers. Everything of ours links assay_options; nothing else sets flags.
option(ASSAY_TESTS "Build the tests" ON)
option(ASSAY_WERROR "Warnings are errors" ON)
option(ASSAY_LTO "Link-time optimisation of the release binary" OFF)
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")
option(ASSAY_FUZZ "Build the libFuzzer targets (clang)" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(assay_options INTERFACE)
target_include_directories(assay_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/harness")
target_compile_options(assay_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion -Wformat=2 -Wimplicit-fallthrough
  $<$<BOOL:${ASSAY_WERROR}>:-Werror>
  # gcc 12 reports null dereferences inside inlined libstdc++ code once it optimises.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_compile_definitions(assay_options INTERFACE ASSAY_VERSION="${PROJECT_VERSION}")

if(ASSAY_SANITIZE)
  # gcc 12 takes Beast's optionals for uninitialised once the sanitizers' checks are in between.
  target_compile_options(assay_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_compile_options("-fsanitize=${ASSAY_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${ASSAY_SANITIZE}")
endif()
if(ASSAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(ASSAY_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
