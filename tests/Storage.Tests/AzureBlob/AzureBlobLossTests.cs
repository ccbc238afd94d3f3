using System.Globalization;
using System.Text;
using Yyc3.Connectors.AzureBlob;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

/// <summary>
/// The emulator keeps its index in memory for some seconds and loses it when killed, so what it acknowledged last is looked for
/// only after its return.
/// </summary>
public sealed class AzureBlobLossTests : ServerLossTests
{
    private readonly ConnectorHarness _harness = new();
    private AzuriteServer _server = null!;
    private AzureBlobConnector _store = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await AzuriteServer.StartAsync();
        await AzureBlobFixture.Client(_server).CreateAsync();
        await _server.StopAsync();
        _server.SaveData();
        await _server.StartAgainAsync();
        _store = new AzureBlobConnector(
            _harness.Context(
                new
                {
                    accountName = AzuriteServer.Account,
                    container = AzureBlobFixture.Container,
                    endpoint = _server.Endpoint,
                },
                new Dictionary<string, string>(StringComparer.Ordinal) { ["accountKey"] = AzuriteServer.Key }
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

    protected override Task StartServerAsync()
    {
        _server.RestoreData();
        return _server.StartAgainAsync();
    }

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        var last = acknowledged
            .GroupBy(call => call.Worker)
            .Select(calls => (calls.Key, calls.Max(call => call.Number)));
        foreach (var (worker, number) in last)
        {
            await using var content = await _store.GetAsync(
                $"{worker}/{number}",
                ReadOptions.Default,
                cancellationToken
            );
            using var reader = new StreamReader(content.Content);
            Assert.Equal(number.ToString(CultureInfo.InvariantCulture), await reader.ReadToEndAsync(cancellationToken));
        }
    }
}
