using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.MongoDb.Wire;

/// <summary>The client's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding.</summary>
/// <param name="keys">What the password becomes.</param>
/// <param name="nonce">Fresh and random, without a comma.</param>
internal sealed class ScramExchange(ScramKeys keys, string nonce)
{
    private const string Header = "n,,";

    /// <summary>The header in Base64.</summary>
    private const string Binding = "biws";

    /// <summary>Less would let a stolen exchange be guessed quickly.</summary>
    private const int FewestIterations = 4096;

    /// <summary>More would let a server keep this machine busy.</summary>
    private const int MostIterations = 1_000_000;

    private readonly string _first = $"n={keys.EscapedName},r={nonce}";
    private byte[] _expected = [];

    /// <summary>What the client says first.</summary>
    public string First => Header + _first;

    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    /// <summary>Answers the server's challenge.</summary>
    /// <param name="challenge">What the server said first.</param>
    /// <returns>The proof that the client knows the password.</returns>
    /// <exception cref="ConnectorException">The challenge is malformed, or too weak.</exception>
    public string Answer(string challenge)
    {
        var parts = challenge.Split(',');
        if (
            parts is not [['r', '=', .. var both], ['s', '=', .. var salt], ['i', '=', .. var count], ..]
            || !both.StartsWith(nonce, StringComparison.Ordinal)
            || both.Length == nonce.Length
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < FewestIterations or > MostIterations
        )
        {
            throw Refused();
        }

        try
        {
            var (client, server) = keys.Make(salt, iterations);
            var unproven = $"c={Binding},r={both}";
            var signed = Encoding.UTF8.GetBytes($"{_first},{challenge},{unproven}");
            var proof = HMACSHA256.HashData(SHA256.HashData(client), signed);
            for (var at = 0; at < proof.Length; at++)
            {
                proof[at] ^= client[at];
            }

            _expected = HMACSHA256.HashData(server, signed);
            return $"{unproven},p={Convert.ToBase64String(proof)}";
        }
        catch (FormatException)
        {
            throw Refused();
        }
    }

    /// <summary>Checks that the server knows the password, too.</summary>
    /// <param name="answer">What the server said last.</param>
    /// <exception cref="ConnectorException">It does not prove it.</exception>
    public void Verify(string answer)
    {
        var signature = new byte[_expected.Length];
        if (
            _expected.Length == 0
            || !answer.StartsWith("v=", StringComparison.Ordinal)
            || !Convert.TryFromBase64String(answer[2..], signature, out var written)
            || written != _expected.Length
            || !CryptographicOperations.FixedTimeEquals(signature, _expected)
        )
        {
            throw Refused();
        }
    }

    private static ConnectorException Refused() =>
        new(
            ErrorKind.MalformedAnswer,
            "SERVER_NOT_AUTHENTIC",
            "The server did not prove that it knows the password; it may not be the server it is taken for."
        );
}
