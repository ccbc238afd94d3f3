using System.Diagnostics;
using System.Globalization;

namespace Yyc3.Connectors.TestServers;

/// <summary>
/// librdkafka's mock cluster in a process of its own: real sockets, groups, rebalances and offsets, topics of four
/// partitions made on first use. It keeps everything in memory, so killing it loses all: take brokers down instead.
/// </summary>
public sealed class KafkaMockBroker : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1);

    private KafkaMockBroker(Process process, string bootstrapServers) =>
        (_process, BootstrapServers) = (process, bootstrapServers);

    /// <summary>The native library that the connector uses too.</summary>
    public static string Library { get; } =
        Path.Combine(ServerFolder.Repository, "artifacts/native/linux-x64/librdkafka.so");

    /// <summary>Partitions of a topic nobody has made.</summary>
    public static int DefaultPartitions => 4;

    /// <summary>Where the brokers listen: <c>127.0.0.1:port</c>, separated by commas.</summary>
    public string BootstrapServers { get; }

    /// <summary>Builds the native library when it is not there.</summary>
    public static async Task MakeLibraryAsync() =>
        await Shell.RunAsync(Path.Combine(ServerFolder.Repository, "connectors/Kafka/get-librdkafka"), []);

    /// <summary>Starts a cluster.</summary>
    /// <param name="brokers">How many brokers; numbered from 1.</param>
    public static async Task<KafkaMockBroker> StartAsync(int brokers = 1)
    {
        await MakeLibraryAsync();
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(
            ServerFolder.Repository,
            "artifacts/bin/Yyc3.Connectors.KafkaMock",
            configuration,
            "Yyc3.Connectors.KafkaMock.dll"
        );
        var count = brokers.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, Library, count, "100"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var ready = await process.StandardOutput.ReadLineAsync();
        return ready?.StartsWith("ready ", StringComparison.Ordinal) == true
            ? new KafkaMockBroker(process, ready["ready ".Length..])
            : throw new InvalidOperationException("The mock cluster does not start.");
    }

    /// <summary>Makes a topic.</summary>
    public Task MakeTopicAsync(string topic, int partitions) => RunAsync($"topic {topic} {partitions}");

    /// <summary>Takes a broker down: its connections break, its port refuses.</summary>
    public Task TakeDownAsync(int broker) => RunAsync($"down {broker}");

    /// <summary>Brings a broker back on the same port with its messages.</summary>
    public Task BringUpAsync(int broker) => RunAsync($"up {broker}");

    /// <summary>Delays every answer of a broker.</summary>
    public Task DelayAsync(int broker, TimeSpan delay) =>
        RunAsync($"round-trip {broker} {(int)delay.TotalMilliseconds}");

    /// <summary>Makes a broker tell clients another address of itself.</summary>
    public Task AdvertiseAsync(int broker, string host, int port) => RunAsync($"advertise {broker} {host} {port}");

    /// <summary>Makes the next requests of one kind fail, each with the next code.</summary>
    /// <param name="apiKey">Kind of request in Kafka's protocol: 0 produce, 1 fetch, 3 metadata, 8 commit.</param>
    /// <param name="errors">Kafka's error codes.</param>
    public Task FailAsync(int apiKey, params int[] errors) => RunAsync($"errors {apiKey} {string.Join(',', errors)}");

    /// <summary>Answers everything about a topic with an error; 0 ends it.</summary>
    public Task FailTopicAsync(string topic, int error) => RunAsync($"topic-error {topic} {error}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task RunAsync(FormattableString command)
    {
        var line = command.ToString(CultureInfo.InvariantCulture);
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
            var answer = await _process.StandardOutput.ReadLineAsync();
            if (!string.Equals(answer, "ok", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The mock cluster refuses '{line}': {answer}");
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
