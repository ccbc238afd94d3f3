using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Sdk;

/// <summary>
/// What the host gives a connector: the integration's settings and credentials, and guarded ways to the world.
/// Immutable; a change of the integration opens a new connector with a new context.
/// </summary>
public sealed class ConnectorContext
{
    /// <summary>Id of the integration, such as <c>int-3f9c…</c>.</summary>
    public required string IntegrationId { get; init; }

    /// <summary>Id of the tenant that owns the integration.</summary>
    public required string TenantId { get; init; }

    /// <summary>The non-secret values, already checked against the manifest's schema, defaults filled in.</summary>
    public required ConnectorSettings Settings { get; init; }

    /// <summary>The secret values. Never log them and never put them into an exception message.</summary>
    public required ConnectorCredentials Credentials { get; init; }

    /// <summary>Where the connector may read and write files.</summary>
    public required LocalPaths Paths { get; init; }

    /// <summary>Keys for encrypting content at rest; they outlive restarts and are shared within a tenant.</summary>
    public required EncryptionKeys Keys { get; init; }

    /// <summary>
    /// A pooled client that carries the host's outbound guard, deadline and tracing. Shared: do not dispose it, do not change
    /// its defaults.
    /// </summary>
    public required HttpClient Http { get; init; }

    /// <summary>The guarded way out for connectors that do not speak HTTP, or bring a library that dials by itself.</summary>
    public required OutboundNetwork Network { get; init; }

    /// <summary>Log of this integration. Thread-safe.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The clock. Take time from nowhere else, so that tests can move it.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>
    /// A number for tenant and integration, the same in every process: for receipts and tokens that must count for this
    /// integration only, and tell nothing about it.
    /// </summary>
    /// <returns>The number, a hash.</returns>
    public ulong ComputeIntegrationHash() =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{TenantId}\n{IntegrationId}")));
}
