namespace Yyc3.Connectors.Sdk;

/// <summary>The integration's secret values, read by name. Immutable and thread-safe; prints nothing.</summary>
/// <param name="values">Name and value of each secret.</param>
public sealed class ConnectorCredentials(IReadOnlyDictionary<string, string> values)
{
    /// <summary>No secret at all.</summary>
    public static ConnectorCredentials None { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The names that hold a value.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>Reads a secret.</summary>
    /// <param name="name">The credential.</param>
    /// <returns>The value, or null when there is none.</returns>
    public string? Find(string name) => values.GetValueOrDefault(name);

    /// <summary>Reads a secret that must be there.</summary>
    /// <param name="name">The credential.</param>
    /// <returns>The value, never empty.</returns>
    /// <exception cref="ConnectorException">Missing or empty (<see cref="ErrorKind.InvalidArgument"/>).</exception>
    public string GetRequired(string name) =>
        Find(name) is { Length: > 0 } value
            ? value
            : throw ConnectorException.Invalid("auth.credentials." + name, "is required");

    /// <summary>Never shows a value.</summary>
    /// <returns>The number of secrets.</returns>
    public override string ToString() => $"{values.Count} credentials";
}
