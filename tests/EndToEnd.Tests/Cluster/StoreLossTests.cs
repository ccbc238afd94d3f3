using System.Collections.Concurrent;
using System.Diagnostics;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.EndToEnd.Tests.Running;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>The state database goes away and comes back while hosts serve and sync.</summary>
public sealed class StoreLossTests(DataServer data) : IClassFixture<DataServer>
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_store_restarts_calls_fail_for_now_only_and_runs_go_on_afterwards(bool isKilled)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        await using var store = await PostgreSqlServer.StartAsync(withTls: false);
        await using var cluster = await HostCluster.StartAsync(store, nodes: 2);
        using var one = cluster.Nodes[0].Client();
        using var two = cluster.Nodes[1].Client();
        using var grpc = new GrpcClient(cluster.Nodes[1].Grpc, HostProcess.AdminKey);
        var tables = await SyncTables.CreateAsync(
            await data.GetAsync(),
            one,
            tables: 2,
            rows: 4_000,
            TimeSpan.FromMilliseconds(100)
        );
        var id = tables.Integrations[0];
        var schedule = await one.PostAsync(
            $"/v1/integrations/{id}/sync/schedules",
            """{"name":"rarely","direction":"pull","interval":86400}"""
        );
        var runs = await tables.StartAsync(one);

        var answers = new ConcurrentQueue<(string Call, long At, bool IsDone, bool IsPassing, string Text)>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        List<Task> callers =
        [
            RestAsync("get", () => one.GetAsync($"/v1/integrations/{id}")),
            RestAsync("run", () => two.GetAsync($"/v1/integrations/{id}/sync/{runs[0]}")),
            RestAsync("schedules", () => two.GetAsync($"/v1/integrations/{id}/sync/schedules")),
            RestAsync(
                "create",
                () =>
                    one.PostAsync(
                        "/v1/integrations",
                        """{"name":"b","type":"storage","provider":"local-fs","config":{},"auth":{"type":"none"}}"""
                    )
            ),
            Repeat(
                "grpc",
                async () =>
                {
                    var (_, status) = await grpc.CallAsync<ListIntegrationsResponse>(
                        "/yyc3.connectors.integration.v1.IntegrationService/ListIntegrations",
                        new ListIntegrationsRequest()
                    );
                    return (status.Code == 0, status.Code == 14, status.ToString());
                }
            ),
        ];
        await EventuallyAsync(() => Calls.All(call => answers.Any(answer => answer.Call == call && answer.IsDone)));
        while (await tables.ArrivedAsync() < 1_000)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }

        await (isKilled ? store.KillAsync() : store.StopAsync());
        await EventuallyAsync(() => Calls.All(call => answers.Any(answer => answer.Call == call && !answer.IsDone)));
        await store.StartAgainAsync();
        var returned = Stopwatch.GetTimestamp();
        await Task.Delay(Recovery, TimeProvider.System, limit.Token);
        var recovered = Stopwatch.GetTimestamp();
        await EventuallyAsync(() =>
            Calls.All(call => answers.Any(answer => answer.Call == call && answer.At > recovered))
        );
        await tables.AssertEndedAsync(two, runs, limit.Token);
        var again = await tables.AssertArrivedAsync();
        await end.CancelAsync();
        await Task.WhenAll(callers);

        Assert.Equal(201, schedule.Status);
        Assert.DoesNotContain(answers, answer => answer is { IsDone: false, IsPassing: false });
        Assert.DoesNotContain(answers, answer => answer.At > recovered && !answer.IsDone);
        var first = answers.Where(answer => answer.At > returned && answer.IsDone).Min(answer => answer.At);
        TestContext.Current.SendDiagnosticMessage(
            $"killed {isKilled}: {answers.Count} calls, {answers.Count(answer => !answer.IsDone)} failed for now, the first"
                + $" success {Stopwatch.GetElapsedTime(returned, first).TotalSeconds:F1} s after the return, {again} rows written again"
        );

        Task RestAsync(string call, Func<Task<RestAnswer>> send) =>
            Repeat(
                call,
                async () =>
                {
                    var answer = await send();
                    return (
                        answer.Status < 300,
                        answer.Status == 503 && answer.Error["details"]?["retryable"]?.GetValue<bool>() == true,
                        $"{answer.Status} {answer.Body}"
                    );
                }
            );

        Task Repeat(string call, Func<Task<(bool IsDone, bool IsPassing, string Text)>> send) =>
            Task.Run(
                async () =>
                {
                    while (!end.IsCancellationRequested)
                    {
                        var begun = Stopwatch.GetTimestamp();
                        var (isDone, isPassing, text) = await send();
                        answers.Enqueue((call, begun, isDone, isPassing, isDone ? "" : text));
                    }
                },
                Token
            );

        async Task EventuallyAsync(Func<bool> condition)
        {
            while (!condition())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
    }

    private static string[] Calls => ["get", "run", "schedules", "create", "grpc"];
}
