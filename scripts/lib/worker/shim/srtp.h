// Stands in for the header of libsrtp 3, which mediasoup's worker is written for, on top of libsrtp 2, which Debian
// packages. The two differ for the worker in two things:
// - a policy is a struct to fill in (2) or an opaque object with setters (3);
// - packets are changed in place (2) or written to an output buffer (3).
#pragma once

#include <srtp2/srtp.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Error codes that exist in libsrtp 3 only. Nothing in libsrtp 2 returns these numbers.
inline constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

namespace parley::srtp3
{
	// The policy with room for its key, since libsrtp 2 only keeps a pointer to it.
	struct Policy
	{
		::srtp_policy_t inner{};
		uint8_t keyAndSalt[SRTP_MAX_KEY_LEN]{};
	};

	using PolicyHandle = Policy*;

	inline srtp_err_status_t createPolicy(PolicyHandle* handle)
	{
		*handle = new (std::nothrow) Policy();

		return *handle ? srtp_err_status_ok : srtp_err_status_alloc_fail;
	}

	inline void destroyPolicy(PolicyHandle handle)
	{
		if (!handle)
		{
			return;
		}

		// Written through a volatile pointer, so that the compiler may not drop wiping the key.
		volatile uint8_t* key = handle->keyAndSalt;

		for (size_t index{ 0 }; index < sizeof(handle->keyAndSalt); ++index)
		{
			key[index] = 0;
		}

		delete handle;
	}

	inline srtp_err_status_t setSsrc(PolicyHandle handle, srtp_ssrc_t ssrc)
	{
		handle->inner.ssrc = ssrc;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t setProfile(PolicyHandle handle, srtp_profile_t profile)
	{
		const auto error = srtp_crypto_policy_set_from_profile_for_rtp(&handle->inner.rtp, profile);

		if (error != srtp_err_status_ok)
		{
			return error;
		}

		return srtp_crypto_policy_set_from_profile_for_rtcp(&handle->inner.rtcp, profile);
	}

	// libsrtp 2 wants key and salt one after the other. Key identifiers (MKI) are not used by the worker.
	inline srtp_err_status_t addKey(
	  PolicyHandle handle,
	  const uint8_t* key,
	  size_t keyLength,
	  const uint8_t* salt,
	  size_t saltLength,
	  const uint8_t* /*mki*/,
	  size_t mkiLength)
	{
		if (mkiLength > 0 || keyLength + saltLength > sizeof(handle->keyAndSalt))
		{
			return srtp_err_status_bad_param;
		}

		std::memcpy(handle->keyAndSalt, key, keyLength);
		std::memcpy(handle->keyAndSalt + keyLength, salt, saltLength);
		handle->inner.key = handle->keyAndSalt;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t setAllowRepeatTx(PolicyHandle handle, bool allow)
	{
		handle->inner.allow_repeat_tx = allow ? 1 : 0;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t setWindowSize(PolicyHandle handle, size_t size)
	{
		handle->inner.window_size = static_cast<unsigned long>(size);

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t createSession(srtp_t* session, PolicyHandle handle)
	{
		return ::srtp_create(session, &handle->inner);
	}

	using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

	// Copies the packet to the output buffer and lets libsrtp 2 change it there. growth: how many bytes it may append.
	inline srtp_err_status_t apply(
	  InPlace change, srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t growth)
	{
		if (*outLength < inLength + growth)
		{
			return srtp_err_status_buffer_small;
		}

		if (out != in)
		{
			std::memmove(out, in, inLength);
		}

		int length       = static_cast<int>(inLength);
		const auto error = change(session, out, &length);

		if (error == srtp_err_status_ok)
		{
			*outLength = static_cast<size_t>(length);
		}

		return error;
	}

	// Encrypted RTCP also carries its 4 bytes long index.
	inline constexpr size_t RtpGrowth{ SRTP_MAX_TRAILER_LEN };
	inline constexpr size_t RtcpGrowth{ SRTP_MAX_TRAILER_LEN + 4 };

	inline srtp_err_status_t protect(
	  srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t /*mkiIndex*/)
	{
		return apply(::srtp_protect, session, in, inLength, out, outLength, RtpGrowth);
	}

	inline srtp_err_status_t protectRtcp(
	  srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t /*mkiIndex*/)
	{
		return apply(::srtp_protect_rtcp, session, in, inLength, out, outLength, RtcpGrowth);
	}

	inline srtp_err_status_t unprotect(
	  srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength)
	{
		return apply(::srtp_unprotect, session, in, inLength, out, outLength, 0);
	}

	inline srtp_err_status_t unprotectRtcp(
	  srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength)
	{
		return apply(::srtp_unprotect_rtcp, session, in, inLength, out, outLength, 0);
	}
} // namespace parley::srtp3

// The names of libsrtp 3. Macros, because libsrtp 2 declares functions of the same names with other arguments.
#define srtp_policy_t parley::srtp3::PolicyHandle
#define srtp_policy_create parley::srtp3::createPolicy
#define srtp_policy_destroy parley::srtp3::destroyPolicy
#define srtp_policy_set_ssrc parley::srtp3::setSsrc
#define srtp_policy_set_profile parley::srtp3::setProfile
#define srtp_policy_add_key parley::srtp3::addKey
#define srtp_policy_set_allow_repeat_tx parley::srtp3::setAllowRepeatTx
#define srtp_policy_set_window_size parley::srtp3::setWindowSize
#define srtp_create parley::srtp3::createSession
#define srtp_protect parley::srtp3::protect
#define srtp_protect_rtcp parley::srtp3::protectRtcp
#define srtp_unprotect parley::srtp3::unprotect
#define srtp_unprotect_rtcp parley::srtp3::unprotectRtcp
#define srtp_stream_remove srtp_remove_stream
