using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text;
using Yyc3.Connectors.Kafka;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.Testing.Conformance;

namespace Yyc3.Connectors.Messaging.Tests.Kafka;

/// <summary>The plugin's code leaves the memory after it was used, though the native library stays.</summary>
[Collection(typeof(RunsAlone))]
public sealed class KafkaUnloadTests(KafkaServer server)
{
    [Fact]
    public async Task Connector_that_sent_and_received_is_collected_once_it_is_closed()
    {
        var servers = (await server.BrokerAsync()).BootstrapServers;
        var context = await UseAsync(servers);
        for (var round = 0; round < 100 && context.IsAlive; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(
                TimeSpan.FromMilliseconds(200),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            );
        }

        Assert.False(context.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync(string servers)
    {
        using var harness = new ConnectorHarness();
        var plugin = new Plugin();
        var connector = plugin.Open(harness.Context(new { bootstrapServers = servers }));
        await SendAndReceiveAsync(connector);
        await ((IAsyncDisposable)connector).DisposeAsync();
        plugin.Unload();
        return new WeakReference(plugin);
    }

    private static async Task SendAndReceiveAsync(IConnector connector)
    {
        var topic = "unload-" + Guid.NewGuid().ToString("N");
        await ((IMessageSender)connector).SendAsync(topic, [new OutgoingMessage(Encoding.UTF8.GetBytes("x"))], default);
        var receiver = (IMessageReceiver)connector;
        var request = new ReceiveRequest(topic, topic) { Wait = TimeSpan.FromSeconds(20) };
        var message = Assert.Single(await receiver.ReceiveAsync(request, default));
        Assert.Equal([SettleOutcome.Done], await receiver.AcknowledgeAsync([message.Receipt], default));
    }

    /// <summary>Loads as the runtime does: the plugin's own assemblies anew, the SDK shared.</summary>
    private sealed class Plugin() : AssemblyLoadContext("kafka", isCollectible: true)
    {
        private static readonly string[] Own = ["Yyc3.Connectors.Kafka", "Confluent.Kafka"];

        public IConnector Open(ConnectorContext context)
        {
            var assembly = LoadFromAssemblyPath(typeof(KafkaConnector).Assembly.Location);
            var type = assembly.GetType(typeof(KafkaConnector).FullName!, throwOnError: true)!;
            Assert.NotSame(typeof(KafkaConnector), type);
            return (IConnector)Activator.CreateInstance(type, context)!;
        }

        protected override Assembly? Load(AssemblyName assemblyName) =>
            Own.Contains(assemblyName.Name, StringComparer.Ordinal)
                ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
                : null;
    }
}
