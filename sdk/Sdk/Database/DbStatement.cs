namespace Yyc3.Connectors.Sdk.Database;

/// <summary>A statement with its parameters.</summary>
/// <param name="Text">The statement in the provider's language.</param>
public sealed record DbStatement(string Text)
{
    /// <summary>Values by parameter name, without the colon.</summary>
    public IReadOnlyDictionary<string, DbValue> Parameters { get; init; } =
        new Dictionary<string, DbValue>(StringComparer.Ordinal);

    /// <summary>Longest time at the provider; null for no limit but the call's own.</summary>
    public TimeSpan? Timeout { get; init; }
}
