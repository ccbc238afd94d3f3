using System.Globalization;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Settings;

/// <summary>Where a broker listens.</summary>
/// <param name="Host">Name or literal address, without brackets.</param>
/// <param name="Port">Port.</param>
internal sealed record BrokerAddress(string Host, int Port)
{
    private const int DefaultPort = 9092;

    /// <summary>Reads <c>host:port,host,[::1]:port</c>.</summary>
    public static IReadOnlyList<BrokerAddress> ParseList(string field, string text)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length > 0
            ? Array.ConvertAll(parts, part => Parse(field, part))
            : throw ConnectorException.Invalid(field, "is required");
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}"
        );

    private static BrokerAddress Parse(string field, string text)
    {
        var end = text.StartsWith('[')
            ? text.IndexOf(']', StringComparison.Ordinal) + 1
            : text.IndexOf(':', StringComparison.Ordinal);
        var host = end < 0 ? text : text[..end];
        var port = DefaultPort;
        var rest = end < 0 ? "" : text[end..];
        if (
            rest.Length > 0
            && !(
                rest[0] == ':'
                && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
                && port is > 0 and < 65536
            )
        )
        {
            throw ConnectorException.Invalid(field, "must be a list of host:port, separated by commas");
        }

        host = host.Trim('[', ']');
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? new BrokerAddress(host, port)
            : throw ConnectorException.Invalid(field, "must be a list of host:port, separated by commas");
    }
}
