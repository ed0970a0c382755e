"""The functions of OpenSSL's libcrypto 3 that the GOST engine is asked through."""

import ctypes
from ctypes import POINTER, c_char_p, c_int, c_long, c_size_t, c_ulong, c_void_p

LIBRARY = "libcrypto.so.3"

_FUNCTIONS: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "OpenSSL_version": (c_char_p, (c_int,)),
    "ENGINE_by_id": (c_void_p, (c_char_p,)),
    "ENGINE_ctrl_cmd_string": (c_int, (c_void_p, c_char_p, c_char_p, c_int)),
    "ENGINE_init": (c_int, (c_void_p,)),
    "ENGINE_free": (c_int, (c_void_p,)),
    "ENGINE_get_digest": (c_void_p, (c_void_p, c_int)),
    "ENGINE_register_pkey_asn1_meths": (c_int, (c_void_p,)),
    "ENGINE_unregister_pkey_asn1_meths": (None, (c_void_p,)),
    "OBJ_sn2nid": (c_int, (c_char_p,)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_DigestInit_ex": (c_int, (c_void_p, c_void_p, c_void_p)),
    "EVP_DigestUpdate": (c_int, (c_void_p, c_char_p, c_size_t)),
    "EVP_DigestFinal_ex": (c_int, (c_void_p, c_char_p, c_void_p)),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, POINTER(c_char_p), c_long)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_verify_init": (c_int, (c_void_p,)),
    "EVP_PKEY_verify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY_sign_init": (c_int, (c_void_p,)),
    "EVP_PKEY_sign": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "ERR_peek_last_error": (c_ulong, ()),
    "ERR_error_string_n": (None, (c_ulong, c_char_p, c_size_t)),
    "ERR_clear_error": (None, ()),
}


def load() -> ctypes.CDLL:
    """The library, its functions declared; OSError or AttributeError if it is not there."""
    library = ctypes.CDLL(LIBRARY)
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
