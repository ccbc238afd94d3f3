using Confluent.Kafka;
using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Kafka.Native;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>The native library: found, missing, too old.</summary>
public sealed class KafkaLibraryTests : IAsyncLifetime
{
    private const string Missing = "/nowhere/librdkafka.so";

    private readonly ConnectorHarness _harness = new();

    public async ValueTask InitializeAsync() => await KafkaMockBroker.MakeLibraryAsync();

    public ValueTask DisposeAsync()
    {
        _harness.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Both_halves_of_the_client_have_one_version()
    {
        new ClientLibrary([KafkaMockBroker.Library]).Load();
        Assert.Equal("2.15.1", Library.VersionString);
        Assert.Equal(new Version(2, 15, 1, 0), typeof(Library).Assembly.GetName().Version);
    }

    [Fact]
    public async Task Without_it_every_call_says_how_to_get_it()
    {
        await using var connector = Open(new ClientLibrary([Missing]));
        var receive = new ReceiveRequest("topic", "group");
        var faults = new[]
        {
            await Assert.ThrowsAsync<ConnectorException>(async () =>
                await connector.SendAsync("topic", [new(new byte[1])], default)
            ),
            await Assert.ThrowsAsync<ConnectorException>(async () => await connector.ReceiveAsync(receive, default)),
        };
        Assert.All(
            faults,
            fault =>
            {
                Assert.Equal((ErrorKind.PreconditionFailed, "NATIVE_LIBRARY_MISSING"), (fault.Kind, fault.Code));
                Assert.Contains("connectors/Kafka/get-librdkafka", fault.Message, StringComparison.Ordinal);
            }
        );
        var report = await connector.CheckAsync(default);
        Assert.Equal(("NATIVE_LIBRARY_MISSING", false), (report.Code, report.Retryable));
    }

    [Fact]
    public async Task One_that_is_too_old_is_refused()
    {
        var fault = Assert.Throws<ConnectorException>(new ClientLibrary([await MakeOldAsync()]).Load);
        Assert.Equal((ErrorKind.PreconditionFailed, "NATIVE_LIBRARY_TOO_OLD"), (fault.Kind, fault.Code));
        Assert.Contains("2.0.2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_that_works_is_taken()
    {
        new ClientLibrary([Missing, await MakeOldAsync(), KafkaMockBroker.Library]).Load();
    }

    [Fact]
    public void One_that_appears_later_is_found()
    {
        var place = Path.Combine(_harness.DataDirectory, "librdkafka.so");
        var library = new ClientLibrary([place]);
        Assert.Throws<ConnectorException>(library.Load);
        File.CreateSymbolicLink(place, KafkaMockBroker.Library);
        library.Load();
    }

    private KafkaConnector Open(ClientLibrary library) =>
        KafkaFixture.Open(_harness, "127.0.0.1:1", options => options with { Library = library });

    /// <summary>A library that says it is 2.0.2, which Debian 12 has.</summary>
    private async Task<string> MakeOldAsync()
    {
        var source = Path.Combine(_harness.DataDirectory, "old.c");
        var library = Path.Combine(_harness.DataDirectory, "old.so");
        await File.WriteAllTextAsync(source, "int rd_kafka_version(void) { return 0x020002ff; }\n");
        await Shell.RunAsync("gcc", ["-shared", "-fPIC", "-o", library, source]);
        return library;
    }
}
