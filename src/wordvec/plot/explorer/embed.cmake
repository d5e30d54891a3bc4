# Makes a C++ file of the explorer's page, style and scripts:
#   cmake -DFOLDER=… -DOUT=… -DSCRIPTS=a.js,b.js -P embed.cmake
# The page's content security policy names the hashes of its style and its script, so that a browser
# runs nothing else, whatever words a model has.
cmake_minimum_required(VERSION 3.25)

# base64 of the SHA-256 of a text, as a policy names it.
function(policy_hash text out)
  string(SHA256 hex "${text}")
  set(digits "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  # 32 bytes and one more are eleven groups of three; the last digit is that byte's.
  string(APPEND hex "00")
  set(base64 "")
  foreach(group RANGE 10)
    math(EXPR at "${group} * 6")
    string(SUBSTRING "${hex}" ${at} 6 bytes)
    foreach(shift 18 12 6 0)
      math(EXPR digit "(0x${bytes} >> ${shift}) & 63")
      string(SUBSTRING "${digits}" ${digit} 1 character)
      string(APPEND base64 ${character})
    endforeach()
  endforeach()
  string(SUBSTRING "${base64}" 0 43 base64)
  set(${out} "'sha256-${base64}='" PARENT_SCOPE)
endfunction()

# What is before and after the first `at`, which must be there.
function(split text at before after)
  string(FIND "${text}" "${at}" begin)
  if(begin LESS 0)
    message(FATAL_ERROR "explorer.html lacks ${at}")
  endif()
  string(LENGTH "${at}" length)
  math(EXPR end "${begin} + ${length}")
  string(SUBSTRING "${text}" 0 ${begin} head)
  string(SUBSTRING "${text}" ${end} -1 tail)
  set(${before} "${head}" PARENT_SCOPE)
  set(${after} "${tail}" PARENT_SCOPE)
endfunction()

function(literal text out)
  string(FIND "${text}" ")page\"" end)
  string(LENGTH "${text}" length)
  # Compilers need not take a longer one.
  if(end GREATER_EQUAL 0 OR length GREATER 65000)
    message(FATAL_ERROR "a piece of the explorer's page cannot be a literal of C++")
  endif()
  set(${out} "R\"page(${text})page\"" PARENT_SCOPE)
endfunction()

file(READ "${FOLDER}/explorer.html" page)
file(READ "${FOLDER}/explorer.css" style)
set(script "\"use strict\";\n(() => {\n")
literal("${script}" script_literals)
string(REPLACE "," ";" SCRIPTS "${SCRIPTS}")
foreach(name IN LISTS SCRIPTS)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND script "${text}")
  literal("${text}" text_literal)
  string(APPEND script_literals ",\n${text_literal}")
endforeach()
string(APPEND script "})();\n")

policy_hash("${style}" style_hash)
policy_hash("${script}" script_hash)
string(REPLACE "@style_hash@" "${style_hash}" page "${page}")
string(REPLACE "@script_hash@" "${script_hash}" page "${page}")
string(REPLACE "@style@" "${style}" page "${page}")
split("${page}" "@title@" before_title rest)
split("${rest}" "@data@" before_data rest)
split("${rest}" "@script@" before_script after_script)
literal("${before_title}" before_title)
literal("${before_data}" before_data)
literal("${before_script}" before_script)
literal("})();\n${after_script}" after_script)
file(
  WRITE "${OUT}"
  "#include \"wordvec/plot/explorer/page.h\"\n\nnamespace wordvec {\nnamespace {\n\n"
  "constexpr std::string_view kAfterData[] = {\n${before_script},\n${script_literals},\n${after_script}};\n"
  "\n}  // namespace\n\n"
  "constexpr std::string_view kExplorerPageBeforeTitle = ${before_title};\n"
  "constexpr std::string_view kExplorerPageBeforeData = ${before_data};\n"
  "constexpr std::span<const std::string_view> kExplorerPageAfterData = kAfterData;\n"
  "\n}  // namespace wordvec\n")
