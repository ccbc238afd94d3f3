using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.MongoDb.Settings;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>
/// What the password becomes with the server's salt. Making it is costly on purpose, so it is made once per salt and not for
/// every connection. Thread-safe.
/// </summary>
internal sealed class ScramKeys(ScramUser user)
{
    private const int KeySize = 32;

    /// <summary>A server has one salt per user; one that sends new ones all the time fills no memory.</summary>
    private const int MostKept = 4;

    private readonly ConcurrentDictionary<(string Salt, int Iterations), (byte[] Client, byte[] Server)> _made = new();

    /// <summary>User name as the protocol writes it.</summary>
    public string EscapedName { get; } =
        user.Name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>The two keys.</summary>
    /// <param name="salt">The server's salt in Base64.</param>
    /// <param name="iterations">How costly the server wants it.</param>
    /// <returns>The client's key and the server's.</returns>
    public (byte[] Client, byte[] Server) Make(string salt, int iterations)
    {
        if (_made.TryGetValue((salt, iterations), out var known))
        {
            return known;
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(user.Password),
            Convert.FromBase64String(salt),
            iterations,
            HashAlgorithmName.SHA256,
            KeySize
        );
        var keys = (HMACSHA256.HashData(salted, "Client Key"u8), HMACSHA256.HashData(salted, "Server Key"u8));
        if (_made.Count >= MostKept)
        {
            _made.Clear();
        }

        return _made.GetOrAdd((salt, iterations), keys);
    }
}
