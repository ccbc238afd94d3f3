using System.Buffers;
using System.Text;
using Google.Protobuf;
using Yyc3.Connectors.Benchmarks.Measuring;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Tests.Lab;

namespace Yyc3.Connectors.Benchmarks.Rpc;

/// <summary>Our JSON codec against Google.Protobuf's, both from and to UTF-8 bytes.</summary>
internal static class JsonBenchmarks
{
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(ScoreBoard board, CancellationToken cancellationToken)
    {
        if (!board.Wants("rpc.json"))
        {
            return;
        }

        var message = JsonSample.Make();
        var codec = new JsonCodec();
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        codec.Write(output, message);
        var json = output.WrittenSpan.ToArray();
        var formatter = new JsonFormatter(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
        var official = Encoding.UTF8.GetBytes(formatter.Format(message));
        if (!codec.Read<Everything>(json).Equals(JsonParser.Default.Parse<Everything>(Encoding.UTF8.GetString(json))))
        {
            throw new InvalidOperationException("The two do not read the same message.");
        }

        await board.NoteAsync("rpc.json", $"{json.Length} bytes of JSON by ours, {official.Length} by Google.Protobuf");
        await board.CompareAsync(
            "rpc.json.write",
            Unit.PerSecond,
            Rate(() =>
            {
                output.ResetWrittenCount();
                codec.Write(output, message);
            }),
            Rate(() => Encoding.UTF8.GetBytes(formatter.Format(message))),
            cancellationToken
        );
        await board.CompareAsync(
            "rpc.json.read",
            Unit.PerSecond,
            Rate(() => codec.Read<Everything>(json)),
            Rate(() => JsonParser.Default.Parse<Everything>(Encoding.UTF8.GetString(json))),
            cancellationToken
        );
    }

    private static Func<CancellationToken, Task<double>> Rate(Action step) =>
        cancellationToken =>
        {
            var begun = TimeProvider.System.GetTimestamp();
            var count = 0L;
            while (TimeProvider.System.GetElapsedTime(begun) < RoundTime)
            {
                cancellationToken.ThrowIfCancellationRequested();
                step();
                count++;
            }

            return Task.FromResult(count / TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
        };
}
