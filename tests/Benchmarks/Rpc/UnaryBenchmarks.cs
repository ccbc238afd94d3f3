using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Benchmarks.Processes;
using Yyc3.Connectors.Benchmarks.Servers;

namespace Yyc3.Connectors.Benchmarks.Rpc;

/// <summary>An echo by our gRPC, against a bare Kestrel endpoint that returns the same bytes.</summary>
internal static class UnaryBenchmarks
{
    private const int BodyLength = 100;

    private static readonly (string Name, int Connections, int Streams)[] Loads =
    [
        ("c1", 1, 1),
        ("c16", 16, 1),
        ("c64", 64, 1),
        ("1x64", 1, 64),
    ];

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("rpc.unary"))
        {
            return;
        }

        using var place = new Workplace();
        var body = place.Write("echo", EchoCall.Frame(BodyLength));
        await using var ours = await Yardstick.StartAsync("echo", cancellationToken);
        await using var bare = await Yardstick.StartAsync("bare", cancellationToken);
        await EchoCall.CheckAsync(ours.Http2(EchoCall.Path), cancellationToken);
        await EchoCall.CheckAsync(bare.Http2(BareEcho.Path), cancellationToken);
        foreach (var (name, connections, streams) in Loads)
        {
            await board.CompareAsync(
                "rpc.unary." + name,
                Unit.PerSecond,
                EchoCall.Load(ours.Http2(EchoCall.Path), body, connections, streams).RunAsync,
                EchoCall.Load(bare.Http2(BareEcho.Path), body, connections, streams).RunAsync,
                cancellationToken
            );
        }
    }
}
