using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>The producer of an integration, and what asks the cluster through the producer's connections.</summary>
internal sealed class LinkedClient
{
    private LinkedClient(IProducer<byte[]?, byte[]> producer, IAdminClient admin, ClientTrouble trouble) =>
        (Producer, Admin, Trouble) = (producer, admin, trouble);

    public IProducer<byte[]?, byte[]> Producer { get; }

    public IAdminClient Admin { get; }

    public ClientTrouble Trouble { get; }

    public static LinkedClient Open(ConnectorContext context, KafkaOptions options)
    {
        var trouble = new ClientTrouble(context.Logger);
        try
        {
            var producer = new ProducerBuilder<byte[]?, byte[]>(ClientSettings.ForProducer(options))
                .SetErrorHandler((_, error) => trouble.Note(error))
                .SetLogHandler((_, line) => trouble.Log(line))
                .Build();
            return new LinkedClient(producer, new DependentAdminClientBuilder(producer.Handle).Build(), trouble);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw KafkaErrors.NotCreated(fault);
        }
    }

    /// <summary>Ends its threads. What is not confirmed yet is given up.</summary>
    public Task CloseAsync() =>
        BlockingThreads.RunAsync(() =>
        {
            Admin.Dispose();
            Producer.Dispose();
            return true;
        });
}
