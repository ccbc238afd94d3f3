using System.Globalization;
using System.Security.Cryptography;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.RabbitMq.Receiving;

/// <summary>Texts that name one delivery: of which integration, by which instance of the connector, which in its row.</summary>
internal sealed class LeaseReceipt
{
    private readonly string _integration;
    private readonly string _instance;

    public LeaseReceipt(ConnectorContext context)
    {
        // A hash, so that the receipt tells nothing and has no separator in it.
        _integration = context.ComputeIntegrationHash().ToString("x16", CultureInfo.InvariantCulture);
        _instance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    }

    public string Write(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{_integration}.{_instance}.{number:x}");

    /// <summary>Reads one.</summary>
    /// <returns>
    /// The number; zero, which no delivery has, for one of another instance of this integration; null for one of another
    /// integration or of nobody.
    /// </returns>
    public long? Find(string text)
    {
        var parts = text.Split('.');
        if (
            parts.Length != 3
            || !string.Equals(parts[0], _integration, StringComparison.Ordinal)
            || parts[1].Length != _instance.Length
            || !long.TryParse(parts[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
        )
        {
            return null;
        }

        return string.Equals(parts[1], _instance, StringComparison.Ordinal) ? number : 0;
    }
}
