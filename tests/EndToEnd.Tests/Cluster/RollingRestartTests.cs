using System.Collections.Concurrent;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.EndToEnd.Tests.Running;

namespace Yyc3.Connectors.EndToEnd.Tests.Cluster;

/// <summary>Nodes are stopped and started one after the other, and nobody who calls through the balancer notices.</summary>
public sealed class RollingRestartTests(DataServer data) : IClassFixture<DataServer>
{
    private const int Callers = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("haproxy")]
    [InlineData("nginx")]
    public async Task Not_one_call_fails_while_each_node_is_restarted(string kind)
    {
        await using var cluster = await HostCluster.StartAsync(
            await data.GetAsync(),
            nodes: 2,
            ("YYC3_DRAINSECONDS", "3")
        );
        await using var balancer = await Balancer.StartAsync(kind, cluster.Nodes);
        using var rest = new RestClient(balancer.Http, HostProcess.AdminKey);
        using var grpc = new GrpcClient(balancer.Grpc, HostProcess.AdminKey);
        // nginx closes idle connections when it is told, and a client may be about to use one.
        rest.Http.DefaultRequestHeaders.ConnectionClose = kind == "nginx";
        var id = await rest.CreateAsync("storage", "local-fs", """{"root":"a"}""");

        var calls = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var failed = new ConcurrentQueue<string>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var callers = Enumerable
            .Range(0, Callers)
            .SelectMany(_ =>
                new[]
                {
                    CallAsync("GET", async () => Told(await rest.GetAsync($"/v1/integrations/{id}"), 200)),
                    CallAsync(
                        "POST",
                        async () =>
                            Told(
                                await rest.PostAsync(
                                    "/v1/integrations",
                                    """{"name":"b","type":"storage","provider":"local-fs","config":{},"auth":{"type":"none"}}"""
                                ),
                                201
                            )
                    ),
                    CallAsync(
                        "gRPC",
                        async () =>
                        {
                            var (_, status) = await grpc.CallAsync<ListIntegrationsResponse>(
                                "/yyc3.connectors.integration.v1.IntegrationService/ListIntegrations",
                                new ListIntegrationsRequest()
                            );
                            return status.Code == 0 ? null : status.ToString();
                        }
                    ),
                }
            )
            .ToList();
        foreach (var node in cluster.Nodes)
        {
            await ManyMoreAsync(calls, end.Token);
            await balancer.MarkAsync(node, isDown: true);
            node.Terminate();
            Assert.Equal(0, await node.WaitForExitAsync());
            await ManyMoreAsync(calls, end.Token);
            await node.StartAsync();
            using var direct = node.Client();
            await balancer.MarkAsync(node, isDown: false);
            // Until the balancer knows that it is back.
            while (!await IsCalledAsync(direct))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, end.Token);
            }
        }

        await ManyMoreAsync(calls, end.Token);
        await end.CancelAsync();
        await Task.WhenAll(callers);
        TestContext.Current.SendDiagnosticMessage(
            $"{kind}: {string.Join(", ", calls.Select(pair => $"{pair.Value} {pair.Key}"))}, {failed.Count} failed"
        );
        Assert.True(failed.IsEmpty, $"{string.Join('\n', failed)}\n{balancer.Output}");

        async Task CallAsync(string name, Func<Task<string?>> call)
        {
            while (!end.IsCancellationRequested)
            {
                var begun = TimeProvider.System.GetUtcNow();
                try
                {
                    if (await call() is { } fault)
                    {
                        failed.Enqueue($"{begun:O} {name}: {fault}");
                    }
                }
                catch (HttpRequestException fault)
                {
                    failed.Enqueue($"{begun:O} {name}: {fault.Message} {fault.InnerException?.Message}");
                }

                calls.AddOrUpdate(name, 1, (_, count) => count + 1);
            }
        }
    }

    /// <summary>Whether calls of both transports have come to a node since its start.</summary>
    private static async Task<bool> IsCalledAsync(RestClient node)
    {
        var metrics = (await node.GetAsync("/metrics")).Body;
        return metrics.Contains("\"GetIntegration\"", StringComparison.Ordinal)
            && metrics.Contains("\"ListIntegrations\"", StringComparison.Ordinal);
    }

    private static string? Told(RestAnswer answer, int status) =>
        answer.Status == status ? null : $"{answer.Status} {answer.Body}";

    private static async Task ManyMoreAsync(
        ConcurrentDictionary<string, int> calls,
        CancellationToken cancellationToken
    )
    {
        var before = calls.ToDictionary(StringComparer.Ordinal);
        while (calls.Count < 3 || calls.Any(pair => pair.Value < before.GetValueOrDefault(pair.Key) + (Callers * 10)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }
}
