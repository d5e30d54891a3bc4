#include "support/tensors.h"

#include <algorithm>
#include <span>
#include <stdexcept>

#include "wordvec/store/container_format.h"
#include "wordvec/store/tensor_writer.h"

namespace wordvec::test {

Tensors::Tensors(const Container& container)
    : info(container.info()), lower_case(container.embeddings().vocabulary.is_lower_case()) {
  for (const Tensor& tensor : container.header().tensors) {
    if (tensor.name.starts_with(container_format::kPaddingPrefix)) continue;
    entries.push_back(
        {tensor.name, tensor.dtype, tensor.shape, std::string(container.bytes_of(tensor))});
  }
}

Tensors::Entry& Tensors::at(const std::string& name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.name == name; });
  if (found == entries.end()) throw std::out_of_range(name);
  return *found;
}

void Tensors::remove(const std::string& name) {
  (void)at(name);
  std::erase_if(entries, [&](const Entry& entry) { return entry.name == name; });
}

void Tensors::write(const std::string& path) const {
  constexpr std::uint64_t kMoreBytes = std::uint64_t{1} << 20;
  TensorWriter writer(path);
  writer.begin(TensorWriter::header_space(info, true, kMoreBytes));
  for (const Entry& entry : entries) {
    writer.write(entry.name, entry.dtype, entry.shape, std::as_bytes(std::span(entry.bytes)),
                 entry.name == container_format::kEmbeddings ? container_format::kPageBytes
                                                             : container_format::kTensorAlignment);
  }
  writer.finish(info, lower_case, more_metadata);
}

}  // namespace wordvec::test
