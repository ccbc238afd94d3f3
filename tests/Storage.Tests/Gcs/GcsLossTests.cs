using System.Globalization;
using System.Text;
using Yyc3.Connectors.Gcs;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

public sealed class GcsLossTests : ServerLossTests
{
    private readonly ConnectorHarness _harness = new();
    private GcsServer _server = null!;
    private GcsConnector _store = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await GcsServer.StartDoubleAsync();
        _store = new GcsConnector(
            _harness.Context(
                GcsFixture.Settings(_server.Endpoint),
                new Dictionary<string, string>(StringComparer.Ordinal) { ["accessToken"] = GcsServer.Token }
            )
        );
    }

    public override async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _server.DisposeAsync();
        _harness.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(
            Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
            writable: false
        );
        await _store.PutAsync($"{worker}/{number}", content, new PutOptions(), cancellationToken);
    }

    protected override Task KillServerAsync() => _server.KillAsync();

    protected override Task StartServerAsync() => _server.StartAgainAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var stored = new HashSet<string>(StringComparer.Ordinal);
        var options = new ListOptions { Recursive = true, Limit = 1000 };
        ObjectPage page;
        do
        {
            page = await _store.ListAsync(options, cancellationToken);
            stored.UnionWith(page.Objects.Select(one => one.Key));
            options = options with { Cursor = page.NextCursor };
        } while (page.NextCursor is not null);

        Assert.Subset(
            stored,
            acknowledged.Select(call => $"{call.Worker}/{call.Number}").ToHashSet(StringComparer.Ordinal)
        );
    }
}
