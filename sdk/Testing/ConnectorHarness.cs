using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Testing;

/// <summary>
/// A data directory, keys and a clock for connectors under test; what it opens lives in a temporary folder that is deleted
/// with it.
/// </summary>
public sealed class ConnectorHarness : IDisposable
{
    private readonly HttpClient _http = new(Unguarded.Network.CreateHttpHandler(CertificateTrust.System))
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly TestKeys _keys = new();

    /// <summary>The folder that stands for the host's data directory.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("yyc3-connector-").FullName;

    /// <summary>Folders outside the data directory that the operator allows.</summary>
    public IReadOnlyList<string> LocalRoots { get; init; } = [];

    /// <summary>The clock of the connectors; the system's unless a test sets a <see cref="FakeClock"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where connectors log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Makes the context of one integration.</summary>
    /// <param name="settings">An object whose properties become settings, or null for none.</param>
    /// <param name="credentials">Secret values by name, or null for none.</param>
    /// <param name="integrationId">Id of the integration; two contexts with the same id are the same integration reopened.</param>
    /// <returns>The context.</returns>
    public ConnectorContext Context(
        object? settings = null,
        IReadOnlyDictionary<string, string>? credentials = null,
        string integrationId = "int-test"
    ) =>
        new()
        {
            IntegrationId = integrationId,
            TenantId = "default",
            Settings = new ConnectorSettings(JsonSerializer.SerializeToElement(settings ?? new { })),
            Credentials = credentials is null ? ConnectorCredentials.None : new ConnectorCredentials(credentials),
            Paths = new LocalPaths(DataDirectory, [Path.Combine(DataDirectory, ".runtime")], LocalRoots),
            Keys = _keys,
            Http = _http,
            Network = Unguarded.Network,
            Logger = Logger,
            Time = Time,
        };

    /// <summary>Deletes the data directory.</summary>
    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>Reaches every address; the host's guard is tested with the host.</summary>
    private sealed class Unguarded : OutboundNetwork
    {
        public static Unguarded Network { get; } = new();

        public override async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(
            string host,
            CancellationToken cancellationToken
        ) => await Dns.GetHostAddressesAsync(host, cancellationToken);

        public override HttpMessageHandler CreateHttpHandler(CertificateTrust trust) =>
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                SslOptions = trust.IsCustom ? trust.ClientOptions(null) : new(),
            };
    }

    private sealed class TestKeys : EncryptionKeys
    {
        public override EncryptionKey Current { get; } = new("test-1", RandomNumberGenerator.GetBytes(32));

        public override EncryptionKey? Find(string id) =>
            string.Equals(id, Current.Id, StringComparison.Ordinal) ? Current : null;
    }
}
