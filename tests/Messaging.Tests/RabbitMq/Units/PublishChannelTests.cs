using RabbitMQ.Client;
using Yyc3.Connectors.RabbitMq.Format;
using Yyc3.Connectors.RabbitMq.Sending;
using Yyc3.Connectors.RabbitMq.Settings;
using Yyc3.Connectors.RabbitMq.Topology;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Messaging.Tests.RabbitMq.Units;

public sealed class PublishChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Channel_on_which_a_write_failed_is_used_no_more()
    {
        var (link, broker) = BrokerStub.Open();
        await using var closing = link;
        var channel = await PublishChannel.OpenAsync(link, Queues());
        var waiting = await WriteAsync(channel);
        broker.Answers[nameof(IChannel.BasicPublishAsync)] = Task.FromException(
            new InvalidOperationException("Cannot be written.")
        );

        await Assert.ThrowsAsync<ConnectorException>(() => WriteAsync(channel));

        Assert.False(channel.IsOpen);
        Assert.Contains(nameof(IChannel.CloseAsync), broker.Calls);
        Assert.NotNull(await waiting.Done.WaitAsync(Token));
        broker.Answers.Clear();
        await Assert.ThrowsAsync<ConnectorException>(() => WriteAsync(channel));
    }

    private static TopicQueues Queues()
    {
        using var harness = new ConnectorHarness();
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["username"] = "user",
            ["password"] = "password",
        };
        return new TopicQueues(
            RabbitMqOptions.Read(harness.Context(new { host = "broker.example" }, credentials: credentials))
        );
    }

    private static async Task<PublishBatch> WriteAsync(PublishChannel channel)
    {
        var batch = new PublishBatch(1);
        var message = new Publication(new BasicProperties { MessageId = Guid.NewGuid().ToString() }, new byte[1]);
        await channel.WriteAsync(batch, "", "queue", [message], Token);
        return batch;
    }
}
