using System.Collections.Concurrent;
using System.Diagnostics;
using Yyc3.Connectors.EndToEnd.Tests.Running;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests;

/// <summary>Hosts that keep their state in one PostgreSQL database.</summary>
public sealed class SharedStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_node_is_told_the_other_knows()
    {
        await using var one = new HostProcess().With("YYC3_STORE", await StateServer.NewSchemaAsync());
        await one.StartAsync();
        Assert.Contains("PostgreSQL, 127.0.0.1:", one.Banner, StringComparison.Ordinal);
        await using var two = one.Beside();
        await two.StartAsync();
        using var here = one.Client();
        using var there = two.Client();

        var id = await here.CreateAsync("storage", "local-fs", """{"root":"a"}""");
        var path = $"/v1/integrations/{id}";
        Assert.Equal("local-fs", (await there.GetAsync(path)).Data["provider"]!.GetValue<string>());

        Assert.Equal(200, (await there.PatchAsync(path, """{"name":"renamed"}""")).Status);
        await EventuallyAsync(async () => (await here.GetAsync(path)).Data["name"]!.GetValue<string>() == "renamed");

        Assert.Equal(204, (await here.DeleteAsync(path)).Status);
        await EventuallyAsync(async () => (await there.GetAsync(path)).Status == 404);
    }

    [Fact]
    public async Task Secrets_sealed_by_one_node_open_on_the_other_and_a_node_with_another_key_does_not_start()
    {
        await using var one = new HostProcess().With("YYC3_STORE", await StateServer.NewSchemaAsync());
        await one.StartAsync();
        await using var stranger = one.Beside().With("YYC3_KEYFILE", null);
        var (code, errors) = await stranger.FailAsync();
        Assert.Equal(4, code);
        Assert.Matches(
            "^The state is sealed with the key file:[0-9a-f]{8}, but this node's key file holds file:[0-9a-f]{8}[.].*YYC3_KEYFILE",
            errors.Trim().Split('\n')[^1]
        );
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_refuses_the_password_is_told_without_the_password()
    {
        await using var host = new HostProcess().With(
            "YYC3_STORE",
            await StateServer.NewSchemaAsync() + ";Password=open-sesame"
        );
        var (code, errors) = await host.FailAsync();
        Assert.Equal(2, code);
        Assert.Contains(
            "YYC3_STORE (--Store) names a user or password that the database refuses.",
            errors,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("open-sesame", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_starts_after_the_host_is_waited_for()
    {
        await using var server = await PostgreSqlServer.StartAsync(withTls: false);
        await server.CreateRoleAsync("late");
        await server.KillAsync();
        await using var host = new HostProcess().With("YYC3_STORE", StateServer.ConnectionString(server, "late"));
        var starting = host.StartAsync();
        await EventuallyAsync(() =>
            Task.FromResult(host.Log.Contains("Waiting for the store", StringComparison.Ordinal))
        );
        await server.StartAgainAsync();

        await starting;
        using var rest = host.Client();
        Assert.Equal(200, (await rest.GetAsync("/v1/integrations")).Status);
    }

    [Fact]
    public async Task When_the_store_dies_under_load_calls_fail_clearly_and_work_again_within_five_seconds_of_its_return()
    {
        await using var server = await PostgreSqlServer.StartAsync(withTls: false);
        await server.CreateRoleAsync("node");
        await using var host = new HostProcess().With("YYC3_STORE", StateServer.ConnectionString(server, "node"));
        await host.StartAsync();
        using var rest = host.Client();
        var id = await rest.CreateAsync("storage", "local-fs", """{"root":"a"}""");

        var answers = new ConcurrentQueue<(long At, int Status, string Code)>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var callers = Enumerable
            .Range(0, 8)
            .Select(number =>
                Task.Run(
                    async () =>
                    {
                        while (!end.IsCancellationRequested)
                        {
                            var answer =
                                number % 2 == 0
                                    ? await rest.GetAsync($"/v1/integrations/{id}")
                                    : await rest.PatchAsync($"/v1/integrations/{id}", """{"description":"x"}""");
                            answers.Enqueue(
                                (
                                    Stopwatch.GetTimestamp(),
                                    answer.Status,
                                    answer.Status < 400 ? "" : answer.Error["code"]!.GetValue<string>()
                                )
                            );
                        }
                    },
                    Token
                )
            )
            .ToList();

        await EventuallyAsync(() => Task.FromResult(answers.Count(answer => answer.Status == 200) > 100));
        await server.KillAsync();
        await EventuallyAsync(() => Task.FromResult(answers.Count(answer => answer.Status == 503) > 100));
        Assert.Equal(503, (await rest.GetAsync("/health/ready")).Status);

        await server.StartAgainAsync();
        var returned = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Token);
        var recovered = Stopwatch.GetTimestamp();
        await EventuallyAsync(() => Task.FromResult(answers.Count(answer => answer.At > recovered) > 100));
        await end.CancelAsync();
        await Task.WhenAll(callers);

        // Concurrent changes of one integration may overtake each other; nothing else may be told.
        Assert.All(
            answers,
            answer =>
                Assert.Contains(
                    (answer.Status, answer.Code),
                    new[] { (200, ""), (503, "STATE_UNAVAILABLE"), (412, "ETAG_MISMATCH") }
                )
        );
        Assert.DoesNotContain(answers, answer => answer.At > recovered && answer.Status == 503);
        var first = answers.Where(answer => answer.At > returned && answer.Status == 200).Min(answer => answer.At);
        TestContext.Current.SendDiagnosticMessage(
            $"{answers.Count} answers, the first success {Stopwatch.GetElapsedTime(returned, first).TotalSeconds:F1} s after the return"
        );
        Assert.Equal(200, (await rest.GetAsync("/health/ready")).Status);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
