namespace Yyc3.Connectors.Runtime.Outbound;

/// <summary>What the operator says about connections to the outside.</summary>
/// <param name="IsStrict">Infrastructure connectors too may reach public addresses only.</param>
/// <param name="Hosts">Names and literal addresses that may be reached wherever they are.</param>
internal sealed record OutboundPolicy(bool IsStrict, IReadOnlyList<string> Hosts)
{
    /// <summary>Connector types whose providers usually run in one's own network.</summary>
    private static readonly string[] Infrastructure = ["storage", "database", "messaging", "identity"];

    /// <summary>Whether connectors of this type may reach private addresses.</summary>
    public bool AllowsPrivate(string connectorType) =>
        !IsStrict && Infrastructure.Contains(connectorType, StringComparer.Ordinal);
}
