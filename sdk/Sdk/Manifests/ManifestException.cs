namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>A manifest that cannot be used; the message names the member and what is wrong with it.</summary>
/// <param name="member">Dotted path in <c>connector.json</c>; empty for the file as a whole.</param>
/// <param name="reason">What is wrong, without the member's name.</param>
public sealed class ManifestException(string member, string reason)
    : Exception(member.Length == 0 ? $"connector.json {reason}" : $"connector.json: {member} {reason}")
{
    /// <summary>Dotted path in <c>connector.json</c>; empty for the file as a whole.</summary>
    public string Member { get; } = member;
}
