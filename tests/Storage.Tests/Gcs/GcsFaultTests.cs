using Yyc3.Connectors.Gcs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

/// <summary>What the service or the caller does wrong in the middle of something.</summary>
public sealed class GcsFaultTests(GcsFixture gcs) : IAsyncLifetime
{
    private const int Mebi = 1024 * 1024;
    private GcsServer _server = null!;
    private GcsConnector _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Faults hit whoever comes next, so nobody else may be there.
        _server = await GcsServer.StartDoubleAsync();
        _store = gcs.Open(GcsFixture.Settings(_server.Endpoint));
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("drop", "fail-query", "fail-query")]
    [InlineData("ignore", "ignore", "ignore")]
    [InlineData("drop", "keep-half", "drop", "drop", "drop")]
    public async Task Upload_goes_on_while_the_service_fails_now_and_then(params string[] kinds)
    {
        await InjectAsync(kinds);
        using var source = new PatternStream(3 * Mebi + 17);
        var stored = await _store.PutAsync("a", source, new PutOptions(), Token);
        Assert.Equal(3 * Mebi + 17, stored.Size);
        Assert.Equal(0, await _server.CountSessionsAsync());
    }

    [Fact]
    public async Task Service_that_takes_nothing_is_not_sent_the_same_for_ever()
    {
        await InjectAsync([.. Enumerable.Repeat("ignore", 50)]);
        using var source = new PatternStream(2 * Mebi);
        var error = await FailsAsync(source);
        Assert.Equal((ErrorKind.Unavailable, "PROVIDER_FAILING"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task Session_that_is_gone_is_a_lost_upload()
    {
        await InjectAsync("none", "gone");
        using var source = new PatternStream(3 * Mebi);
        var error = await FailsAsync(source);
        Assert.Equal((ErrorKind.Unavailable, "UPLOAD_LOST"), (error.Kind, error.Code));
    }

    [Theory]
    [InlineData(10, "shrink")]
    [InlineData(2 * Mebi, "none", "none", "shrink")]
    public async Task Another_size_stored_than_sent_is_noticed(int size, params string[] kinds)
    {
        await InjectAsync(kinds);
        using var source = new PatternStream(size);
        Assert.Equal("UPLOAD_DAMAGED", (await FailsAsync(source)).Code);
    }

    [Fact]
    public async Task Chunk_that_fails_ends_the_upload_without_waiting_for_the_source()
    {
        await InjectAsync("deny");
        await using var source = new StallingStream(Mebi + 1);
        var putting = _store.PutAsync("a", source, new PutOptions(), Token).AsTask();
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            putting.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token)
        );
        Assert.Equal("ACCESS_DENIED", error.Code);
        Assert.Equal(0, await _server.CountSessionsAsync());
    }

    [Fact]
    public async Task Nobody_waits_long_for_the_end_of_a_failed_upload()
    {
        var clock = new FakeClock();
        using var harness = new ConnectorHarness { Time = clock };
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal) { ["accessToken"] = GcsServer.Token };
        using var store = new GcsConnector(harness.Context(GcsFixture.Settings(_server.Endpoint), credentials));
        await InjectAsync("none", "deny", "hang");
        using var source = new PatternStream(3 * Mebi);
        var putting = store.PutAsync("a", source, new PutOptions(), Token).AsTask();
        do
        {
            Assert.False(putting.IsCompleted);
        } while (await _server.CountFaultsAsync() > 0);

        clock.Advance(TimeSpan.FromSeconds(15));
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            putting.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token)
        );
        Assert.Equal("ACCESS_DENIED", error.Code);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4 * Mebi)]
    public async Task Callers_own_mistake_is_told_as_it_is(int size)
    {
        using var source = new PatternStream(size, atHalf: () => throw new CallerFault());
        await Assert.ThrowsAsync<CallerFault>(async () => await _store.PutAsync("a", source, new PutOptions(), Token));
        Assert.Equal(0, await _server.CountSessionsAsync());
    }

    [Fact]
    public async Task Range_that_the_service_passes_over_is_an_error()
    {
        await PutAsync("a", "content");
        await InjectAsync("ignore-range");
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await _store.GetAsync("a", new ReadOptions { Range = ByteRange.Between(1, 2) }, Token)
        );
        Assert.Equal("RANGE_IGNORED", error.Code);
    }

    [Fact]
    public async Task Answer_without_end_is_not_read_to_its_end()
    {
        await InjectAsync("huge");
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await _store.StatAsync("a", null, Token));
        Assert.Equal(ErrorKind.MalformedAnswer, error.Kind);
    }

    [Fact]
    public async Task Copy_that_was_replaced_at_once_is_still_told_as_it_was_made()
    {
        await PutAsync("a", "content");
        await InjectAsync("replace");
        var copy = await _store.CopyAsync("a", "b", Token);
        Assert.Equal(7, copy.Size);
        await using var read = await _store.GetAsync("b", new ReadOptions { VersionId = copy.VersionId }, Token);
        using var reader = new StreamReader(read.Content);
        Assert.Equal("content", await reader.ReadToEndAsync(Token));
    }

    private Task InjectAsync(params string[] kinds) => _server.InjectAsync([.. kinds.Select(kind => new { kind })]);

    private Task<ConnectorException> FailsAsync(Stream source) =>
        Assert.ThrowsAsync<ConnectorException>(async () => await _store.PutAsync("a", source, new PutOptions(), Token));

    private async Task PutAsync(string key, string text)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await _store.PutAsync(key, content, new PutOptions(), Token);
    }
}
