// Addresses of servers, looked up by the calling thread.
#pragma once

#include <string>

namespace wordvec {

// "HOST:PORT:ADDRESS,ADDRESS" of the server of `url`, as CURLOPT_RESOLVE takes it; empty where the
// system knows none.
std::string host_addresses(const std::string& url);

}  // namespace wordvec
