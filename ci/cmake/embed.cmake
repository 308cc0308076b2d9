# assay_embed(TARGET FILE NAMESPACE NAME)
#   compiles FILE into TARGET as `std::string_view NAME()` in the namespace; the caller's header declares it. The text is
#   written as numbers, because a string literal has a length limit and a delimiter that the text could hold.
function(assay_embed target file namespace name)
  get_filename_component(source "${file}" ABSOLUTE)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${name}.embedded.cc")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
  file(READ "${source}" bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," numbers "${bytes}")
  string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],){20})" "\\1\n" numbers "${numbers}")
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT
"#include <string_view>

namespace @namespace@ {
namespace {
constexpr unsigned char kBytes[] = {
@numbers@
};
}  // namespace

std::string_view @name@();
std::string_view @name@() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }

}  // namespace @namespace@
")
  target_sources(${target} PRIVATE "${output}")
endfunction()

# assay_embed_hashed(TARGET FILE NAMESPACE NAME)
#   the same for what goes into a page between tags, with `std::string_view NAME_sha256()`, in hexadecimal digits, for its
#   content policy. A file that would end its own tag is refused.
function(assay_embed_hashed target file namespace name)
  assay_embed(${target} "${file}" ${namespace} ${name})
  get_filename_component(source "${file}" ABSOLUTE)
  file(READ "${source}" content)
  if(content MATCHES "</[sS][ct][rtRT][iyIY]")
    message(FATAL_ERROR "${source} holds an end tag and cannot be embedded in a page")
  endif()
  file(SHA256 "${source}" sum)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${name}.sha256.cc")
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT
"#include <string_view>

namespace @namespace@ {

std::string_view @name@_sha256();
std::string_view @name@_sha256() { return \"@sum@\"; }

}  // namespace @namespace@
")
  target_sources(${target} PRIVATE "${output}")
endfunction()
