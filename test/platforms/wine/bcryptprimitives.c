/* bcryptprimitives.dll of Windows 10, which wine 8 has not: the one function of it that Rust programs call. */

#include <windows.h>

#include <ntsecapi.h>

__declspec(dllexport) BOOL ProcessPrng(BYTE *bytes, SIZE_T size) { return RtlGenRandom(bytes, (ULONG)size); }
