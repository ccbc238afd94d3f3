using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Contracts.Integration.V1;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>A configured use of a connector. Immutable: a change makes a new one with a higher revision. Holds no secret.</summary>
internal sealed record Integration
{
    public required string Id { get; init; }

    public required string TenantId { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Type { get; init; }

    public required string Provider { get; init; }

    public required bool IsActive { get; init; }

    /// <summary>Non-secret settings. Never changed in place.</summary>
    public required Struct Settings { get; init; }

    /// <summary>Never changed in place.</summary>
    public required IntegrationOptions Options { get; init; }

    /// <summary>Never changed in place.</summary>
    public required Struct Metadata { get; init; }

    public required AuthType AuthType { get; init; }

    /// <summary>Grows by one with every change.</summary>
    public required long Revision { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public string Etag => Revision.ToString(CultureInfo.InvariantCulture);
}
