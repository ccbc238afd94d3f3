namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>Which messages to lease, and how many.</summary>
/// <param name="Topic">Topic or queue.</param>
/// <param name="Group">Consumer group: each message goes to one member of each group.</param>
public sealed record ReceiveRequest(string Topic, string Group)
{
    /// <summary>Most messages, at least 1.</summary>
    public int MaxMessages { get; init; } = 10;

    /// <summary>Most bytes of bodies together; the first message is given even if it alone is larger.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long to wait for the first message; zero looks once.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>How long a message is kept from other members.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
