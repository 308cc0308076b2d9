# assay_library(NAME SOURCES a.cc ... [LINK edges ...] [PRIVATE third-party ...])
#   the static library assay_NAME. LINK edges are public, because headers of one layer show types of those below it.
function(assay_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
  add_library(assay_${name} STATIC ${ARG_SOURCES})
  add_library(assay::${name} ALIAS assay_${name})
  target_link_libraries(assay_${name} PUBLIC assay_options ${ARG_LINK} PRIVATE ${ARG_PRIVATE})
endfunction()

# assay_unit_test(NAME SOURCES a_test.cc ... LINK ...)
#   the doctest executable unit_NAME; every test case becomes one ctest entry named NAME/<case>.
function(assay_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(unit_${name} ${ARG_SOURCES})
  target_link_libraries(unit_${name} PRIVATE assay_options assay_doctest_main ${ARG_LINK})
  doctest_discover_tests(unit_${name} TEST_PREFIX "${name}/" PROPERTIES TIMEOUT 120)
endfunction()
