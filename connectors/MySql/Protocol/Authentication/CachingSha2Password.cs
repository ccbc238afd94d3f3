using System.Security.Cryptography;
using System.Text;

namespace Yyc3.Connectors.MySql.Protocol.Authentication;

/// <summary>
/// <c>caching_sha2_password</c>: a server that knows the password's hash takes SHA256(password) XOR
/// SHA256(SHA256(SHA256(password)) + challenge), where the plus joins bytes; one that does not asks for the password itself, over TLS or under its RSA key.
/// </summary>
internal static class CachingSha2Password
{
    public const string Plugin = "caching_sha2_password";

    /// <summary>The server knows the hash, and it fits.</summary>
    public const byte FastPathDone = 3;

    /// <summary>The server wants the password.</summary>
    public const byte FullPathWanted = 4;

    /// <summary>Asks for the server's RSA key.</summary>
    public const byte KeyRequest = 2;

    public static byte[] Respond(string password, ReadOnlySpan<byte> challenge)
    {
        if (password.Length == 0)
        {
            return [];
        }

        var response = SHA256.HashData(Encoding.UTF8.GetBytes(password));
        Span<byte> mix = stackalloc byte[SHA256.HashSizeInBytes + challenge.Length];
        SHA256.HashData(response, mix);
        challenge.CopyTo(mix[SHA256.HashSizeInBytes..]);
        Span<byte> mask = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(mix, mask);
        for (var index = 0; index < response.Length; index++)
        {
            response[index] ^= mask[index];
        }

        return response;
    }

    /// <summary>Hides the password from all but the holder of a key.</summary>
    /// <param name="password">The password.</param>
    /// <param name="challenge">The server's challenge, so that the result cannot be used again.</param>
    /// <param name="publicKey">The server's key, PEM.</param>
    /// <returns>What to send.</returns>
    public static byte[] Encrypt(string password, ReadOnlySpan<byte> challenge, ReadOnlySpan<char> publicKey)
    {
        // With the NUL behind it.
        var plain = Encoding.UTF8.GetBytes(password + '\0');
        for (var index = 0; index < plain.Length; index++)
        {
            plain[index] ^= challenge[index % challenge.Length];
        }

        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(publicKey);
            return key.Encrypt(plain, RSAEncryptionPadding.OaepSHA1);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new MySqlProtocolException("The server's public key cannot be used.");
        }
    }
}
