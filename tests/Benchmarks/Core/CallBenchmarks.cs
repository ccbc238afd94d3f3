using System.Globalization;
using Google.Protobuf;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Benchmarks.Rpc;
using Yyc3.Connectors.Contracts.Messaging.V1;

namespace Yyc3.Connectors.Benchmarks.Core;

/// <summary>Send through the whole runtime into a connector that does nothing.</summary>
internal static class CallBenchmarks
{
    private const string Method = "/yyc3.connectors.messaging.v1.MessagingService/Send";
    private const string Json = """{"topic":"user-events","message":{"eventType":"user.created","userId":"u-1"}}""";
    private const int Callers = 16;
    private const int EchoLength = 100;

    /// <summary>Calls over which allocations are averaged.</summary>
    private const int Counted = 20_000;

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("core.full") && !board.Wants("core.rest"))
        {
            return;
        }

        using var place = new Workplace();
        await using var host = await RuntimeHost.StartAsync(place.NewFolder(), NoOpPlugin(place), cancellationToken);
        await using var echo = await Yardstick.StartAsync("echo", cancellationToken);
        var integration = await host.CreateAsync("messaging", "no-op", cancellationToken);
        var request = new SendRequest
        {
            IntegrationId = integration,
            Topic = "user-events",
            Message = ByteString.CopyFromUtf8("""{"eventType":"user.created","userId":"u-1"}"""),
        };
        using var client = new GrpcClient(host.Grpc, RuntimeHost.Key);
        await client.CallAsync(Method, request, SendResponse.Parser, cancellationToken);
        var send = new H2Load(new Uri(host.Grpc, Method), place.Write("send", GrpcClient.Frame(request)), Callers, 1)
        {
            Headers = ["content-type: application/grpc", "te: trailers", $"authorization: Bearer {RuntimeHost.Key}"],
        };
        var bare = EchoCall.Load(
            echo.Http2(EchoCall.Path),
            place.Write("echo", EchoCall.Frame(EchoLength)),
            Callers,
            1
        );
        var rest = new H2Load(
            new Uri(host.Rest, $"/v1/integrations/{integration}/messaging/send"),
            place.Write("json", System.Text.Encoding.UTF8.GetBytes(Json)),
            Callers,
            1
        )
        {
            Headers = ["content-type: application/json", $"authorization: Bearer {RuntimeHost.Key}"],
            IsHttp1 = true,
        };
        await board.CompareAsync("core.full.c16", Unit.PerSecond, send.RunAsync, bare.RunAsync, cancellationToken);
        if (board.Wants("core.full.c16"))
        {
            await NoteAllocationsAsync(board, host, echo, send, bare, cancellationToken);
        }

        await board.CompareAsync("core.rest.c16", Unit.PerSecond, rest.RunAsync, send.RunAsync, cancellationToken);
    }

    private static async Task NoteAllocationsAsync(
        ScoreBoard board,
        RuntimeHost host,
        Yardstick echo,
        H2Load send,
        H2Load bare,
        CancellationToken cancellationToken
    )
    {
        var beforeSend = await host.AllocatedAsync(cancellationToken);
        await send.RunAsync(Counted, cancellationToken);
        var perSend = (await host.AllocatedAsync(cancellationToken) - beforeSend) / Counted;
        var beforeEcho = await echo.AllocatedAsync(cancellationToken);
        await bare.RunAsync(Counted, cancellationToken);
        var perEcho = (await echo.AllocatedAsync(cancellationToken) - beforeEcho) / Counted;
        await board.NoteAsync(
            "core.full.c16",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{perSend:0} bytes allocated per call, {perEcho:0} by the bare echo"
            )
        );
    }

    /// <summary>A plugin folder with this one plugin: its neighbours belong to tests.</summary>
    private static string NoOpPlugin(Workplace place)
    {
        var source = Path.Combine(Workplace.Repository, "artifacts", "test-plugins", "release", "no-op");
        var target = place.NewFolder();
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, "no-op", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }
}
