using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Credentials, buckets and what a refusal leaves behind.</summary>
public sealed class AwsS3AccessTests(CephStore store) : IDisposable
{
    private readonly ConnectorHarness _harness = new();

    [Fact]
    public async Task A_wrong_secret_is_refused_by_the_store()
    {
        using var connector = await OpenAsync(CephStore.Credentials("wrong-secret-0123456789"));
        await StoreExtensions.FailsAsync(
            ErrorKind.Unauthenticated,
            "INVALID_CREDENTIALS",
            () => connector.PutTextAsync("a", "x")
        );
    }

    [Fact]
    public async Task An_unknown_key_is_refused_by_the_store()
    {
        var credentials = new Dictionary<string, string>(CephStore.Credentials(), StringComparer.Ordinal)
        {
            ["accessKeyId"] = "UNKNOWNKEY",
        };
        using var connector = await OpenAsync(credentials);
        await StoreExtensions.FailsAsync(
            ErrorKind.Unauthenticated,
            "INVALID_CREDENTIALS",
            async () => await connector.ListAsync(new ListOptions(), default)
        );
    }

    [Fact]
    public async Task A_missing_bucket_is_told()
    {
        using var connector = await store.OpenAsync("there-is-no-such-bucket");
        await AssertNoBucketAsync(() => connector.PutTextAsync("a", "x"));
        await AssertNoBucketAsync(async () => await connector.ListAsync(new ListOptions(), default));
        await AssertNoBucketAsync(async () => await connector.GetAsync("a", ReadOptions.Default, default));
        await AssertNoBucketAsync(async () => await connector.ListVersionsAsync("a", default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(100_000)]
    [InlineData(2_000_000)]
    public async Task A_refused_upload_does_not_spoil_the_connection_for_the_next(int size)
    {
        var missing = "test-" + Guid.NewGuid().ToString("N");
        // One connection, so that the second upload takes it over.
        var single = new Dictionary<string, object>(StringComparer.Ordinal) { ["poolSize"] = 1 };
        using var connector = await store.OpenAsync(missing, single);
        var content = new string('x', size);
        for (var round = 0; round < 3; round++)
        {
            await AssertNoBucketAsync(() => connector.PutTextAsync("a", content));
        }

        await CephStore.MakeBucketAsync(await store.ClientAsync(), missing, isVersioned: false);
        Assert.Equal(size, (await connector.PutTextAsync("a", content)).Size);
    }

    [Fact]
    public async Task Content_travels_through_tls_with_the_authority_named()
    {
        var server = await store.ServerAsync();
        using var connector = await store.OpenAsync(more: Tls(server, server.Authority.AuthorityPem));
        await connector.PutTextAsync("tls/a", "over tls");

        Assert.Equal("over tls", await connector.ReadTextAsync("tls/a"));
    }

    [Fact]
    public async Task An_authority_that_is_not_the_servers_is_not_believed()
    {
        var server = await store.ServerAsync();
        using var connector = await store.OpenAsync(more: Tls(server, TestAuthority.Create().AuthorityPem));
        await StoreExtensions.FailsAsync(
            ErrorKind.MalformedAnswer,
            "TLS_FAILURE",
            () => connector.PutTextAsync("tls/b", "x")
        );
    }

    public void Dispose() => _harness.Dispose();

    private static Dictionary<string, object> Tls(CephServer server, string authority) =>
        new(StringComparer.Ordinal)
        {
            ["endpoint"] = $"https://localhost:{server.TlsPort}",
            ["caCertificate"] = authority,
        };

    private static Task<ConnectorException> AssertNoBucketAsync(Func<Task> call) =>
        StoreExtensions.FailsAsync(ErrorKind.NotFound, "BUCKET_NOT_FOUND", call);

    private async Task<AwsS3Connector> OpenAsync(IReadOnlyDictionary<string, string> credentials) =>
        new(_harness.Context(CephStore.Settings(await store.ServerAsync(), CephStore.Bucket), credentials));
}
