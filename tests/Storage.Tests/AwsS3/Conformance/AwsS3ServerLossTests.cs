using System.Globalization;
using System.Text;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AwsS3.Conformance;

/// <summary>The gateway is killed and returns; the store behind it lives on.</summary>
public sealed class AwsS3ServerLossTests : ServerLossTests
{
    private readonly ConnectorHarness _harness = new();
    private CephServer _server = null!;
    private AwsS3Connector _connector = null!;

    public override async ValueTask InitializeAsync()
    {
        _server = await CephServer.StartAsync();
        using var client = CephStore.NewClient(_server);
        await CephStore.MakeBucketAsync(client, CephStore.Bucket, isVersioned: false);
        _connector = new AwsS3Connector(
            _harness.Context(CephStore.Settings(_server, CephStore.Bucket), CephStore.Credentials())
        );
    }

    public override async ValueTask DisposeAsync()
    {
        _connector.Dispose();
        await _server.DisposeAsync();
        _harness.Dispose();
    }

    protected override async Task CallAsync(int worker, int number, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(Content(worker, number)));
        await _connector.PutAsync(Key(worker, number), content, new PutOptions(), cancellationToken);
    }

    protected override Task KillServerAsync() => _server.KillGatewayAsync();

    protected override Task StartServerAsync() => _server.StartGatewayAsync();

    protected override async Task VerifyAsync(
        IReadOnlyCollection<(int Worker, int Number)> acknowledged,
        CancellationToken cancellationToken
    )
    {
        Assert.NotEmpty(acknowledged);
        foreach (var (worker, number) in acknowledged)
        {
            await using var opened = await _connector.GetAsync(
                Key(worker, number),
                ReadOptions.Default,
                cancellationToken
            );
            using var reader = new StreamReader(opened.Content);
            Assert.Equal(Content(worker, number), await reader.ReadToEndAsync(cancellationToken));
        }
    }

    private static string Key(int worker, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"loss/{worker}/{number}");

    private static string Content(int worker, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"content {worker} {number}");
}
