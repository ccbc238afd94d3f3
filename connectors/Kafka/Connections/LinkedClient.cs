using Confluent.Kafka;
using Yyc3.Connectors.Kafka.Faults;
using Yyc3.Connectors.Kafka.Settings;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Kafka.Connections;

/// <summary>The producer of an integration, and what asks the cluster through the producer's connections.</summary>
internal sealed class LinkedClient
{
    private readonly TimeSpan _sendTime;

    private LinkedClient(
        IProducer<byte[]?, byte[]> producer,
        IAdminClient admin,
        ClientTrouble trouble,
        TimeSpan sendTime
    ) => (Producer, Admin, Trouble, _sendTime) = (producer, admin, trouble, sendTime);

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
            var admin = new DependentAdminClientBuilder(producer.Handle).Build();
            return new LinkedClient(producer, admin, trouble, options.SendTime);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw KafkaErrors.NotCreated(fault);
        }
    }

    /// <summary>Ends its threads, after every message on its way has been confirmed or has failed.</summary>
    public Task CloseAsync() =>
        BlockingThreads.RunAsync(() =>
        {
            Admin.Dispose();
            try
            {
                // The client frees what it keeps for a message only with its report.
                Producer.Flush(_sendTime);
            }
            catch (KafkaException)
            {
                // It is closed all the same.
            }
            finally
            {
                Producer.Dispose();
            }

            return true;
        });
}
