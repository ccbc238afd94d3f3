using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Yyc3.Connectors.MySql.Protocol.Authentication;

/// <summary><c>mysql_native_password</c>: SHA1(password) XOR SHA1(challenge + SHA1(SHA1(password))).</summary>
internal static class NativePassword
{
    public const string Plugin = "mysql_native_password";

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The protocol's.")]
    public static byte[] Respond(string password, ReadOnlySpan<byte> challenge)
    {
        if (password.Length == 0)
        {
            return [];
        }

        var response = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        Span<byte> mix = stackalloc byte[challenge.Length + SHA1.HashSizeInBytes];
        challenge.CopyTo(mix);
        SHA1.HashData(response, mix[challenge.Length..]);
        Span<byte> mask = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(mix, mask);
        for (var index = 0; index < response.Length; index++)
        {
            response[index] ^= mask[index];
        }

        return response;
    }
}
