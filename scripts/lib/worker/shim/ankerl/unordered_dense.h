// Stands in for the hash containers that mediasoup's worker uses and Debian does not package.
//
// The worker needs their interface (insert, find, erase while iterating), which the standard containers share; it
// does not depend on their memory layout or iteration order.
#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<class Key, class = void>
	struct hash : std::hash<Key>
	{
	};

	template<class Key, class Value, class... Rest>
	using map = std::unordered_map<Key, Value, Rest...>;

	template<class Key, class... Rest>
	using set = std::unordered_set<Key, Rest...>;
} // namespace ankerl::unordered_dense
